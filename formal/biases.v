(* Targets with biases as targets without: one input more, which is always 1, carries the biases of the first m layers.
   Layer i of a target has d_i inputs; the carried constant, if i < m, is the input behind them. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import norms networks integer_networks.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Biases.
Variables (R : rcfType) (d : nat -> nat) (m l : nat).

(* the widths with the carried constant *)
Definition carried (i : nat) : nat := (d i + (i < m))%N.

(* the entries of all matrices, the columns of biases included; beyond the first m layers there is no bias *)
Variable A : nat -> nat -> nat -> R.
Definition biased : layers R d l := fun i x o =>
  \sum_(j < d i) A i o j * x j + (if (i < m)%N then A i o (d i) else 0).
Definition augmented : target R carried l := fun i o j => A i o j.

(* the row that carries the constant on *)
Hypothesis carries : forall i, (i.+1 < m)%N ->
  (forall j, (j < d i)%N -> A i (d i.+1) j = 0) /\ A i (d i.+1) (d i) = 1.

(* a vector with the constant 1 behind it, where one is carried *)
Definition extend i (x : 'I_(d i) -> R) (j : 'I_(carried i)) : R :=
  match split j with inl j' => x j' | inr _ => 1 end.

Lemma extend_left i (x : 'I_(d i) -> R) j : extend x (lshift _ j) = x j.
Proof. by rewrite /extend -[lshift _ j]/(unsplit (inl j)) unsplitK. Qed.
Lemma extend_right i (x : 'I_(d i) -> R) j : extend x (rshift (d i) j) = 1.
Proof. by rewrite /extend -[rshift _ j]/(unsplit (inr j)) unsplitK. Qed.

Lemma act_extend i (x : 'I_(d i) -> R) : act (extend x) =1 extend (act x).
Proof.
case: i x => [|i] x j //=; rewrite /relu /extend; case: (split j) => // _.
by rewrite max_r ?ler01.
Qed.

Lemma augmented_apply (i : 'I_l) (x : 'I_(d i) -> R) : mulmv (augmented (i := i)) (extend x) =1 extend (biased x).
Proof.
move=> o; rewrite /mulmv big_split_ord /=.
have -> : \sum_(j < d i) augmented o (lshift (i < m) j) * extend x (lshift (i < m) j) = \sum_(j < d i) A i o j * x j.
  by apply: eq_bigr => j _; rewrite extend_left.
have -> : \sum_(j < (i < m)%N) augmented o (rshift (d i) j) * extend x (rshift (d i) j) = if (i < m)%N then A i o (d i)
  else 0.
  rewrite (eq_bigr (fun j : 'I_(i < m)%N => A i o (d i + j)%N)) => [|j _]; last by rewrite extend_right mulr1.
  by case: (i < m)%N; rewrite ?big_ord0 // big_ord_recl big_ord0 addr0 addn0.
case: (split_ordP o) => o' ->; rewrite ?extend_left ?extend_right //.
have im : (i.+1 < m)%N by case: (i.+1 < m)%N o' => // -[].
have o0 : val o' = 0%N by move: (o'); rewrite im => -[[|k]].
have [zero one] := carries im; rewrite /= o0 addn0 (ltnW im) one big1 ?add0r // => j _.
by rewrite zero ?mul0r.
Qed.

Theorem net_augmented (x : 'I_(d 0) -> R) k (kl : (k <= l)%N) :
  net (apply augmented) (extend x) kl =1 extend (net biased x kl).
Proof.
elim: k kl => [|k IH] kl o //=.
rewrite -(augmented_apply (i := Ordinal kl) (act (net biased x (ltnW kl))) o) /apply /mulmv; apply: eq_bigr => j _;
  congr (_ * _).
by rewrite -act_extend; apply: act_ext => j'; rewrite IH.
Qed.

Lemma norm_extend i (x : 'I_(d i) -> R) : norm x <= 1 -> norm (extend x) ^+ 2 <= 2.
Proof.
move=> x1; rewrite norm_sq /sq big_split_ord /=.
rewrite (eq_bigr (fun j => x j ^+ 2)) => [|j _]; last by rewrite extend_left.
rewrite -/(sq x) -norm_sq (_ : 2 = 1 + 1) //; apply: ler_add.
  by rewrite expr_le1 ?norm_ge0.
rewrite (eq_bigr (fun=> 1)) => [|j _]; last by rewrite extend_right expr1n.
by rewrite sumr_const card_ord; case: (i < m)%N; rewrite ?mulr1n ?mulr0n ?ler01 ?lexx.
Qed.

Lemma norm_left i (y : 'I_(carried i) -> R) : norm (fun j : 'I_(d i) => y (lshift _ j)) <= norm y.
Proof. by apply: norm_le; rewrite /sq [leRHS]big_split_ord /= ler_addl sumr_ge0 // => j _; rewrite sqr_ge0. Qed.
End Biases.
