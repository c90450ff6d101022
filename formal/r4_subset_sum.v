(* R4, the covering theorem, for any finite law of growth kappa: with 2N cells on the window, outside an event of
   the stated probability every number of the window is within c + s + n E cells of a subset sum, E being the
   largest rounding. *)
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

(* where the sum of what is covered starts: the 2c cells in the middle of the window *)
Section Start.
Variables (N c : nat).
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

Lemma odds_le (R : realFieldType) (total mid : R) (c : nat) : 0 < mid -> mid <= total -> (0 < c)%N -> (c.+1)%:R <=
  total ->
  (total - mid) / mid * ((total - (c.+1)%:R) / (c.+1)%:R) <= total / mid * (total / c%:R).
Proof.
move=> mid0 mid_le c0 c_le; have C0 : 0 < c%:R :> R by rewrite ltr0n.
apply: ler_pmul; rewrite ?divr_ge0 ?subr_ge0 ?ler0n ?(ltW mid0) //.
  by rewrite ler_pmul2r ?invr_gt0 // ler_subl_addr ler_addl ltW.
apply: ler_pmul; rewrite ?subr_ge0 ?invr_ge0 ?ler0n //; first by rewrite ler_subl_addr ler_addl ler0n.
by rewrite lef_pinv ?posrE ?ltr0n // ler_nat.
Qed.

(* where at most s cells are uncovered, subset sums are near every number *)
Section Near.
Variables (R : realFieldType) (N : nat) (T : finType).
Variables (X : {set 'I_(N + N)} -> T -> int) (X0 : T -> int) (E : nat).
Hypothesis drift : forall K x, (`|X K x - X0 x| <= E)%N.
Variables (c s n : nat) (cN : (c <= N)%N).
Hypotheses (c0 : (0 < c)%N).

(* tolerance c + s + n E, in units of the grid, 1 being N units *)
Lemma subset_sum_good (t : n.-tuple T) : ~~ (s < #|~: cov X (start cN) t|)%N -> forall w : R, - N%:R <= w <= N%:R ->
  exists2 m : bitseq, size m = n &
    `|w - (\sum_(x <- mask m t) X0 x)%:~R| <= c%:R + s%:R + (n * E)%:R.
Proof.
rewrite -leqNgt => small w wN.
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

Lemma subset_sum_near (t : n.-tuple T) : ~~ (s < #|~: cov X (start cN) t|)%N -> forall w : R, - 1 <= w <= 1 ->
  exists2 m : bitseq, size m = n &
    `|w - (\sum_(x <- mask m t) X0 x)%:~R / N%:R| <= (c%:R + s%:R + (n * E)%:R) / N%:R.
Proof.
move=> small w /andP[w1 w2]; have N0 : 0 < N%:R :> R by rewrite ltr0n (leq_trans c0).
have [|m mn le] := subset_sum_good small (w := w * N%:R).
  by apply/andP; split; [rewrite -mulN1r ler_pmul2r | rewrite -[leRHS]mul1r ler_pmul2r].
exists m => //; set S := (\sum_(x <- _) _)%:~R in le *.
have -> : w - S / N%:R = (w * N%:R - S) / N%:R by rewrite mulrBl mulfK ?gt_eqF.
by rewrite normrM normfV (gtr0_norm N0) ler_pmul2r ?invr_gt0.
Qed.
End Near.

Section Law.
Variables (R : realFieldType) (N : nat) (T : finType) (p : T -> R).
Variables (X : {set 'I_(N + N)} -> T -> int) (X0 : T -> int) (E : nat).
Hypothesis drift : forall K x, (`|X K x - X0 x| <= E)%N.
Variable kappa : R.
Hypothesis kappa2 : kappa <= 2.
Hypothesis growth : forall K : {set 'I_(N + N)},
  kappa * (#|K|%:R * ((N + N)%:R - #|K|%:R)) <= gain p X K * (N + N)%:R.

Theorem subset_sum_law (c s n : nat) : (forall x, 0 <= p x) -> \sum_x p x = 1 -> (0 < c <= N)%N -> (s < N + N)%N ->
  exists B : {set n.-tuple T},
    Pn p (mem B) <= (1 - kappa / 2) ^+ n * ((N%:R - c%:R) / c%:R)
                     * (((N + N)%:R - (s.+1)%:R) / (s.+1)%:R)
  /\ forall t : n.-tuple T, t \notin B -> forall w : R, - 1 <= w <= 1 ->
     exists2 m : bitseq, size m = n &
       `|w - (\sum_(x <- mask m t) X0 x)%:~R / N%:R| <= (c%:R + s%:R + (n * E)%:R) / N%:R.
Proof.
move=> p_ge0 p_sum /andP[c0 cN] sN.
exists [set t : n.-tuple T | (s < #|~: cov X (start cN) t|)%N]; split.
  have K0 : (0 < #|start cN|)%N by rewrite card_start; lia.
  have := uncovered_chance p_ge0 p_sum growth n K0 kappa2 sN.
  rewrite /g card_start !natrD.
  have -> : (N%:R + N%:R - (c%:R + c%:R)) / (c%:R + c%:R) = (N%:R - c%:R) / c%:R :> R.
    have C0 : 0 < c%:R :> R by rewrite ltr0n.
    by field; rewrite !gt_eqF ?addr_gt0.
  by apply: le_trans; rewrite /Pn le_eqVlt (eq_bigl _ _ (fun t => in_set _ t)) eqxx.
by move=> t; rewrite inE => small; exact: (subset_sum_near drift c0 small).
Qed.

(* a uniform law of samples, with as many cells left uncovered as start: the share (1 - kappa/2)^n 2 (N/c)^2 *)
Theorem subset_sum_share (c n : nat) : (forall x, p x = #|T|%:R^-1) -> (0 < #|T|)%N -> (0 < c <= N)%N ->
  exists B : {set n.-tuple T},
    #|B|%:R <= (1 - kappa / 2) ^+ n * (2 * (N%:R / c%:R) ^+ 2) * #|{: n.-tuple T}|%:R :> R
  /\ forall t : n.-tuple T, t \notin B -> forall w : R, - 1 <= w <= 1 ->
     exists2 m : bitseq, size m = n &
       `|w - (\sum_(x <- mask m t) X0 x)%:~R / N%:R| <= (c%:R + c%:R + (n * E)%:R) / N%:R.
Proof.
move=> uniform T0 cN; have /andP[c0 cN'] := cN; have cNN : (c < N + N)%N by lia.
have [B [small good]] := subset_sum_law n (uniform_ge0 uniform) (uniform_sum uniform T0) cN cNN.
exists B; split=> //; apply: (uniform_le uniform T0); apply: (le_trans small).
have C0 : 0 < c%:R :> R by rewrite ltr0n.
rewrite -mulrA ler_wpmul2l ?exprn_ge0 ?subr_ge0 ?ler_pdivr_mulr ?mul1r ?ltr0n //.
have -> : (N%:R - c%:R) / c%:R = ((N + N)%:R - (c + c)%:R) / (c + c)%:R :> R.
  by rewrite !natrD; field; rewrite !gt_eqF ?addr_gt0.
have -> : 2 * (N%:R / c%:R) ^+ 2 = (N + N)%:R / (c + c)%:R * ((N + N)%:R / c%:R) :> R.
  by rewrite !natrD; move: (N%:R) => k; field; rewrite !gt_eqF ?addr_gt0.
by apply: odds_le; rewrite ?ltr0n ?ler_nat; lia.
Qed.
End Law.
