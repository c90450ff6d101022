(* Exact subset sums on a grid: a window of 2N cells is covered from one cell until nothing is left. All but the share
   (3/4)^n (2N - 1)^2 of the samples reach every multiple of 1/N in [-1, 1) exactly. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import probability r1_four_cycle r3_contraction r4_subset_sum r4_uniform.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Centre.
Variables (N : nat) (T : finType) (X : T -> int).
Hypothesis N0 : (0 < N)%N.
Lemma centre_lt : (N < N + N)%N. Proof. by clear -N0; lia. Qed.
Definition centre : {set 'I_(N + N)} := [set Ordinal centre_lt].
Lemma centre_card : #|centre| = 1%N. Proof. exact: cards1. Qed.

(* everything covered: every whole number of the window is a subset sum *)
Lemma all_covered n (t : n.-tuple T) : ~~ (0 < #|~: cov (fun _ => X) centre t|)%N ->
  forall v : int, - N%:Z <= v < N%:Z -> exists2 m : bitseq, size m = n & v = \sum_(x <- mask m t) X x.
Proof.
rewrite lt0n negbK cards_eq0 => /eqP full v /andP[v1 v2].
pose u : int := v + N%:Z; have vM : (absz u < N + N)%N by rewrite /u; clear -v1 v2; lia.
have : Ordinal vM \in cov (fun _ => X) centre t by rewrite -[cov _ _ _]setCK full setC0 inE.
have drift (K : {set 'I_(N + N)}) x : (`|X x - X x| <= 0)%N by rewrite subrr.
move=> /(cov_sum drift) [m [y /set1P -> [e [mt ee]]]] /= vE.
exists m; first by rewrite mt size_tuple.
have e0 : e = 0 by move: ee; rewrite muln0 leqn0 absz_eq0 => /eqP.
move: vE; rewrite e0 addr0 /u; move: (\sum_(x <- _) _) => s; clear -v1 v2; lia.
Qed.
End Centre.

Section Exact.
Variables (R : realFieldType) (N : nat).
Hypotheses (N0 : (0 < N)%N) (evenN : ~~ odd N).

Lemma chance_centre (T : finType) (p : T -> R) (X : T -> int) (kappa : R) n :
  (forall x, 0 <= p x) -> \sum_x p x = 1 -> kappa <= 2 ->
  (forall K : {set 'I_(N + N)}, kappa * (#|K|%:R * ((N + N)%:R - #|K|%:R)) <= gain p (fun _ => X) K * (N + N)%:R) ->
  Pn p (mem [set t : n.-tuple T | (0 < #|~: cov (fun _ => X) (centre N0) t|)%N]) <=
  (1 - kappa / 2) ^+ n * ((N + N).-1 ^ 2)%:R.
Proof.
move=> p0 p1 k2 grow; have M0 : (0 < N + N)%N by clear -N0; lia.
have K0 : (0 < #|centre N0|)%N by rewrite centre_card.
have := uncovered_chance p0 p1 grow n K0 k2 M0; rewrite /g centre_card !divr1 -mulrA -expr2.
have -> : (N + N)%:R - 1 = (N + N).-1%:R :> R by rewrite -subn1 natrB.
rewrite -natrX; apply: le_trans; rewrite le_eqVlt; apply/orP; left; apply/eqP.
by rewrite /Pn; apply: eq_bigl => t; exact: in_set.
Qed.

(* the program's law: weights are odd multiples of a unit, 1 is N units; every multiple of the unit in [-1, 1) is
   hit exactly *)
Theorem exact_subset_sum n : exists B : {set n.-tuple 'I_N},
    #|B|%:R <= (3%:R / 4%:R) ^+ n * ((N + N).-1 ^ 2)%:R * #|{: n.-tuple 'I_N}|%:R :> R
  /\ forall t : n.-tuple 'I_N, t \notin B -> forall v : int, - N%:Z <= v < N%:Z ->
     exists2 m : bitseq, size m = n & v = \sum_(k <- mask m t) oddw k.
Proof.
exists [set t : n.-tuple 'I_N | (0 < #|~: cov (fun _ => @oddw N) (centre N0) t|)%N]; split=> [|t].
  have k2 : 2^-1 <= 2 :> R by apply: (@le_trans _ _ 1); rewrite ?invf_le1 ?ler1n ?ltr0n.
  have T0 : (0 < #|{: 'I_N}|)%N by rewrite card_ord.
  have pu_uniform := @pu_uniform R N; apply: (uniform_le pu_uniform T0).
  have := chance_centre n (uniform_ge0 pu_uniform) (uniform_sum pu_uniform T0) k2 (growth_uniform R N0 evenN).
  by have -> : 1 - 2^-1 / 2 = 3%:R / 4%:R :> R by field.
by rewrite inE => /all_covered.
Qed.

(* a first layer of plus or minus one: half of the samples are zero *)
Definition thin (x : bool * 'I_N) : int := if x.1 then oddw x.2 else 0.
Definition pthin (x : bool * 'I_N) : R := (N + N)%:R^-1.

Lemma card_thin : #|{: bool * 'I_N}| = (N + N)%N. Proof. by rewrite card_prod card_bool card_ord mul2n addnn. Qed.
Lemma pthin_uniform x : pthin x = #|{: bool * 'I_N}|%:R^-1. Proof. by rewrite card_thin. Qed.

Lemma growth_thin (K : {set 'I_(N + N)}) :
  4%:R^-1 * (#|K|%:R * ((N + N)%:R - #|K|%:R)) <= gain pthin (fun _ => thin) K * (N + N)%:R.
Proof.
have half : gain (@pu R N) (fun _ => @oddw N) K / 2 <= gain pthin (fun _ => thin) K.
  pose F (b : bool) (k : 'I_N) : R := pthin (b, k) * #|fresh K (thin (b, k))|%:R.
  have -> : gain pthin (fun _ => thin) K = \sum_b \sum_k F b k.
    by rewrite pair_bigA; apply: eq_bigr => -[].
  rewrite big_bool /= [X in _ <= X + _](_ : _ = gain (@pu R N) (fun _ => @oddw N) K / 2).
    by rewrite ler_addl; apply: sumr_ge0 => k _; rewrite mulr_ge0 ?invr_ge0 ?ler0n.
  rewrite /gain mulr_suml; apply: eq_bigr => k _; rewrite /F /thin /pthin /pu /= natrD.
  by field; rewrite -?natrD !pnatr_eq0; clear -N0; lia.
apply: le_trans (_ : gain (@pu R N) (fun _ => @oddw N) K / 2 * (N + N)%:R <= _); last by rewrite ler_wpmul2r ?ler0n.
rewrite mulrAC ler_pdivl_mulr ?ltr0n //; apply: le_trans (growth_uniform R N0 evenN K).
by rewrite le_eqVlt; apply/orP; left; apply/eqP; field.
Qed.

Theorem exact_thin n : exists B : {set n.-tuple (bool * 'I_N)},
    #|B|%:R <= (7%:R / 8%:R) ^+ n * ((N + N).-1 ^ 2)%:R * #|{: n.-tuple (bool * 'I_N)}|%:R :> R
  /\ forall t : n.-tuple (bool * 'I_N), t \notin B -> forall v : int, - N%:Z <= v < N%:Z ->
     exists2 m : bitseq, size m = n & v = \sum_(k <- mask m t) thin k.
Proof.
exists [set t : n.-tuple (bool * 'I_N) | (0 < #|~: cov (fun _ => thin) (centre N0) t|)%N]; split=> [|t].
  have k2 : 4%:R^-1 <= 2 :> R by apply: (@le_trans _ _ 1); rewrite ?invf_le1 ?ler1n ?ltr0n.
  have T0 : (0 < #|{: bool * 'I_N}|)%N by rewrite card_thin addn_gt0 N0.
  apply: (uniform_le pthin_uniform T0).
  have := chance_centre n (uniform_ge0 pthin_uniform) (uniform_sum pthin_uniform T0) k2 growth_thin.
  by have -> : 1 - 4%:R^-1 / 2 = 7%:R / 8%:R :> R by field.
by rewrite inE => /all_covered.
Qed.
End Exact.
