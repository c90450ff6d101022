(* From finitely many cells to all points of a grid: if a cut inequality holds for the colourings of n cells, at each of
   finitely many offsets, then it holds for every colouring of the points of the grid (Mathematics 2.20). *)
From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify ssrZ.
From LT Require Import r1_four_cycle r6_gadget sign_checker.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Cells.
Variables (R : realFieldType) (n c off sub : nat) (col : nat -> bool) (kern : nat -> nat -> R).
Variables (ww bb : nat -> nat -> R) (p : nat -> nat -> nat -> R) (beta : R).
Hypothesis c0 : (0 < c)%N.
Hypothesis csub : (c = off * sub)%N.
Hypothesis kernC : forall y z, kern y z = kern z y.
Hypothesis wwC : forall i j, ww i j = ww j i.
Hypothesis bbC : forall i j, bb i j = bb j i.
Hypothesis bb0 : forall i j, 0 <= bb i j.
Hypothesis kern_ge : forall i j s t, (i < n)%N -> (j < n)%N -> (t <= s < c)%N ->
  p ((s - t) %/ sub) i j <= kern (i * c + s) (j * c + t).
Hypothesis check : forall o (A B : nat -> bool), (o < off)%N ->
  beta * (\sum_(i < n) \sum_(j < n) ww i j * dif R (A i) (B j)) <= \sum_(i < n) \sum_(j < n) p o i j * bb i j * dif R
    (A i) (B j).

Lemma sum_cells (f : nat -> nat -> R) :
  \sum_(y < n * c) \sum_(z < n * c) f y z =
  \sum_(s < c) \sum_(t < c) \sum_(i < n) \sum_(j < n) f (i * c + s)%N (j * c + t)%N.
Proof.
transitivity (\sum_(s < c) \sum_(i < n) \sum_(z < n * c) f (i * c + s)%N z).
  rewrite [RHS]exchange_big /=; symmetry; exact: (tile (fun y => \sum_(z < n * c) f y z)).
apply: eq_bigr => s _; transitivity (\sum_(i < n) \sum_(t < c) \sum_(j < n) f (i * c + s)%N (j * c + t)%N).
  apply: eq_bigr => i _; rewrite [RHS]exchange_big /=; symmetry; exact: (tile (f (i * c + s)%N)).
by rewrite exchange_big.
Qed.

Definition at_cell (f : nat -> nat -> R) (y z : nat) : R := f (y %/ c)%N (z %/ c)%N.
Lemma at_cellE f i j s t : (s < c)%N -> (t < c)%N -> at_cell f (i * c + s) (j * c + t) = f i j.
Proof. by move=> sc tc; rewrite /at_cell !divnMDl // !divn_small // !addn0. Qed.

Lemma one_order s t : (t <= s < c)%N ->
  beta * (\sum_(i < n) \sum_(j < n) ww i j * dif R (col (i * c + s)) (col (j * c + t))) <=
  \sum_(i < n) \sum_(j < n) kern (i * c + s) (j * c + t) * bb i j * dif R (col (i * c + s)) (col (j * c + t)).
Proof.
move=> ts; have o : ((s - t) %/ sub < off)%N.
  have sub0 : (0 < sub)%N by move: c0; rewrite csub muln_gt0 => /andP[].
  by rewrite ltn_divLR // -csub; move: ts => /andP[_]; apply: leq_ltn_trans; rewrite leq_subr.
apply: le_trans (check (fun i => col (i * c + s)) (fun j => col (j * c + t)) o) _.
apply: ler_sum => i _; apply: ler_sum => j _; rewrite ler_wpmul2r ?dif_ge0 // ler_wpmul2r //.
exact: kern_ge.
Qed.

Theorem cells_cut :
  beta * (\sum_(y < n * c) \sum_(z < n * c) at_cell ww y z * dif R (col y) (col z)) <=
  \sum_(y < n * c) \sum_(z < n * c) kern y z * at_cell bb y z * dif R (col y) (col z).
Proof.
rewrite (sum_cells (fun y z => at_cell ww y z * dif R (col y) (col z))).
rewrite (sum_cells (fun y z => kern y z * at_cell bb y z * dif R (col y) (col z))).
rewrite mulr_sumr; apply: ler_sum => s _; rewrite mulr_sumr; apply: ler_sum => t _.
under eq_bigr do under eq_bigr do rewrite at_cellE //.
under [leRHS]eq_bigr do under eq_bigr do rewrite at_cellE //.
have [ts|st] := leqP t s; first by apply: one_order; rewrite ts ltn_ord.
have := @one_order t s; rewrite (ltnW st) ltn_ord => /(_ isT).
rewrite exchange_big [leRHS]exchange_big /=.
under eq_bigr do under eq_bigr do rewrite wwC dif_sym.
by under [leRHS]eq_bigr do under eq_bigr do rewrite bbC kernC dif_sym.
Qed.
End Cells.

Section Checker.
Variables (R : realFieldType).
Definition toR (z : Z) : R := (int_of_Z z)%:~R.
Lemma toR0 : toR Z0 = 0. Proof. by []. Qed.
Lemma toRD a b : toR (Z.add a b) = toR a + toR b. Proof. by rewrite /toR -intrD; congr (_ *~ _); lia. Qed.
Lemma toRB a b : toR (Z.sub a b) = toR a - toR b. Proof. by rewrite /toR -mulrzBr; congr (_ *~ _); lia. Qed.
Lemma toRM a b : toR (Z.mul a b) = toR a * toR b. Proof. by rewrite /toR -intrM; congr (_ *~ _); lia. Qed.
Lemma toR_le a b : Z.le a b -> toR a <= toR b. Proof. by move=> ab; rewrite /toR ler_int; lia. Qed.
Lemma toR_nat m : toR (Z.of_nat m) = m%:R. Proof. by rewrite /toR pmulrn; congr (_ *~ _); lia. Qed.

Variables (n : nat) (u : nat -> nat -> Z).
Definition columns : seq (seq Z) := [seq [seq u i j | i <- iota 0 n] | j <- iota 0 n].

Lemma row_sum s (A : nat -> bool) (v : nat -> Z) l :
  toR (row s [seq A i | i <- l] [seq v i | i <- l]) = \sum_(i <- l) toR (v i) * dif R (A i) s.
Proof.
elim: l => [|i l IH]; first by rewrite big_nil.
rewrite big_cons /= toRD IH /dif; congr (_ + _).
by case: (A i); case: s {IH} => /=; rewrite ?mulr1 ?mulr0.
Qed.

Lemma cut_sum (A B : nat -> bool) l l' :
  toR (cut [seq A i | i <- l] [seq B j | j <- l'] [seq [seq u i j | i <- l] | j <- l']) =
  \sum_(j <- l') \sum_(i <- l) toR (u i j) * dif R (A i) (B j).
Proof.
elim: l' => [|j l' IH]; first by rewrite big_nil.
by rewrite big_cons /= toRD IH row_sum.
Qed.

Theorem checked (A B : nat -> bool) : cut_check n columns = true ->
  0 <= \sum_(i < n) \sum_(j < n) toR (u i j) * dif R (A i) (B j).
Proof.
move=> ok; have := @cut_check_sound n columns [seq A i | i <- iota 0 n] [seq B j | j <- iota 0 n] ok.
have len (T : Type) (v : seq T) : length v = size v by elim: v => //= x v ->.
rewrite !len !size_map size_iota => /(_ erefl erefl) /toR_le; rewrite cut_sum.
have E (f : nat -> R) : \sum_(i <- iota 0 n) f i = \sum_(i < n) f i.
  by rewrite -(big_mkord xpredT f) /index_iota subn0.
rewrite exchange_big /= (E (fun i => \sum_(j <- iota 0 n) toR (u i j) * dif R (A i) (B j))).
move=> le; apply: (le_trans le); rewrite le_eqVlt; apply/orP; left; apply/eqP; apply: eq_bigr => i _.
exact: (E (fun j => toR (u i j) * dif R (A i) (B j))).
Qed.
End Checker.
