(* R4, the covering theorem, for any finite law of growth kappa: with 2N cells on the window, outside an event of the
   stated probability every number of the window is within c + s + n E cells of a subset sum, E being the largest rounding. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import probability r1_four_cycle r3_contraction.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma lin4 (R : realFieldType) (a b c d e f k l x y : R) : a <= b -> c <= d -> e <= f -> k <= l ->
  y - x = (b - a) + (d - c) + (f - e) + (l - k) -> x <= y.
Proof.
move=> ab cd ef kl eq; rewrite -subr_ge0 eq; apply: addr_ge0; last by rewrite subr_ge0.
by apply: addr_ge0; [apply: addr_ge0|]; rewrite subr_ge0.
Qed.

Section Law.
Variables (R : realFieldType) (N : nat) (T : finType) (p : T -> R).
Variables (X : {set 'I_(N + N)} -> T -> int) (X0 : T -> int) (E : nat).
Hypothesis drift : forall K x, (`|X K x - X0 x| <= E)%N.
Hypothesis p_ge0 : forall x, 0 <= p x.
Hypothesis p_sum : \sum_x p x = 1.
Variable kappa : R.
Hypothesis kappa2 : kappa <= 2.
Hypothesis growth : forall K : {set 'I_(N + N)},
  kappa * (#|K|%:R * ((N + N)%:R - #|K|%:R)) <= gain p X K * (N + N)%:R.

Section Start.
Variable (c : nat).
Hypothesis cN : (c <= N)%N.

Lemma start_lt (d : 'I_(c + c)) : (N - c + d < N + N)%N.
Proof. by have := ltn_ord d; lia. Qed.

Definition start : {set 'I_(N + N)} := [set Ordinal (start_lt d) | d : 'I_(c + c)].

Lemma card_start : #|start| = (c + c)%N.
Proof.
rewrite card_imset ?card_ord // => d d' /(congr1 val) /= e.
by apply: ord_inj; lia.
Qed.

Lemma startP y : y \in start -> (N - c <= y < N + c)%N.
Proof. by move=> /imsetP[d _ ->] /=; have := ltn_ord d; lia. Qed.
End Start.

(* tolerance c + s + n E, in units of the grid, 1 being N units *)
Theorem subset_sum_law (c s n : nat) : (0 < c <= N)%N -> (s < N + N)%N ->
  exists B : {set n.-tuple T},
    Pn p (mem B) <= (1 - kappa / 2) ^+ n * ((N%:R - c%:R) / c%:R)
                     * (((N + N)%:R - (s.+1)%:R) / (s.+1)%:R)
  /\ forall t : n.-tuple T, t \notin B -> forall w : R, - N%:R <= w <= N%:R ->
     exists2 m : bitseq, size m = n &
       `|w - (\sum_(x <- mask m t) X0 x)%:~R| <= c%:R + s%:R + (n * E)%:R.
Proof.
move=> /andP[c0 cN] sN.
exists [set t : n.-tuple T | (s < #|~: cov X (start cN) t|)%N]; split.
  have K0 : (0 < #|start cN|)%N by rewrite card_start; lia.
  have := uncovered_chance p_ge0 p_sum growth n K0 kappa2 sN.
  rewrite /g card_start !natrD.
  have -> : (N%:R + N%:R - (c%:R + c%:R)) / (c%:R + c%:R) = (N%:R - c%:R) / c%:R :> R.
    have C0 : 0 < c%:R :> R by rewrite ltr0n.
    by field; rewrite !gt_eqF ?addr_gt0.
  by apply: le_trans; rewrite /Pn le_eqVlt (eq_bigl _ _ (fun t => in_set _ t)) eqxx.
move=> t; rewrite inE -leqNgt => small w wN.
have [||i /andP[iw wi]] := @in_cell R (N + N) (w + N%:R); first by lia.
  by rewrite -ler_subl_addr sub0r natrD ler_add2r.
have cov0 : (0 < #|cov X (start cN) t|)%N by apply: cov_gt0; rewrite card_start; lia.
have [j jK ij] := near_covered i cov0 small.
have [m [y /startP yc [e [mt ee jE]]]] := cov_sum drift jK.
exists m; first by rewrite mt size_tuple.
have {}jE : (\sum_(x <- mask m t) X0 x)%:~R = j%:R - y%:R - e%:~R :> R.
  by rewrite !pmulrn -!mulrzBr; congr (_ *~ _); lia.
rewrite jE ler_norml.
have : `|e%:~R| <= (n * E)%:R :> R.
  by rewrite pmulrn -intr_norm ler_int; rewrite size_tuple in ee; lia.
rewrite ler_norml => /andP[e1 e2].
have : `|i%:R - j%:R| <= s%:R :> R.
  by rewrite !pmulrn -mulrzBr -intr_norm ler_int; clear -ij; lia.
rewrite ler_norml => /andP[a1 a2].
have [b1 b2] : N%:R - c%:R <= y%:R :> R /\ y%:R <= N%:R + c%:R - 1 :> R.
  split; first by rewrite ler_subl_addr -natrD ler_nat; clear -yc cN; lia.
  by rewrite ler_subr_addr -[1]/(1%:R) -!natrD ler_nat; clear -yc cN; lia.
apply/andP; split; [apply: (lin4 a1 b1 iw e1)|apply: (lin4 a2 b2 wi e2)]; ring.
Qed.
End Law.
