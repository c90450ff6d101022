(* Theorem 1 by weighted coverage: the law of subset sums that a checked certificate of cell weights gives. The
   certificates themselves, which Coq takes a while to check, are in sixteen_cells.v and sharper_weights.v. *)
From Coq Require Import NArith ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import probability r3_contraction r4_subset_sum r4_uniform r6_gadget weighted_covering gadget_flow.
From LT Require Import cell_weights gadget_growth networks theorem_1 theorem_1_checked binary.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Local Notation num := nat_of_bin.

Definition law_of (C : certificate) : law :=
  Law (growth2 C - growth1 C) (growth2 C) (start1 C) (start2 C) (bin_of_nat (steps C)) (bin_of_nat (half C)).

Section Sums.
Variables (R : realFieldType) (C : certificate) (q e : nat).
Hypotheses (ok : certificate_check C) (e0 : (0 < e)%N) (qE : (q = steps C * e)%N).
Local Notation Q := (q + q)%N.
Local Notation N := (Q * Q)%N.
Local Notation M := (N + N)%N.
Local Notation T := ('I_Q * 'I_Q)%type.
Local Notation phi := (@phi R C q e).
Local Notation g1 := ((num (growth1 C))%:R : R).
Local Notation g2 := ((num (growth2 C))%:R : R).

Lemma growth2_gt0 : 0 < g2.
Proof. by have /and5P[_ _ _ /ltb_nat g20 _] := numbers ok; rewrite ltr0n. Qed.
Lemma growth_le1 : g1 / g2 <= 1.
Proof.
have /and5P[_ _ /leb_nat g12 _ _] := numbers ok.
by rewrite ler_pdivr_mulr ?growth2_gt0 // mul1r ler_nat.
Qed.
Lemma rateE : 1 - g1 / g2 = (num (rate1 (law_of C)))%:R / g2.
Proof.
have /and5P[_ _ /N.leb_le g12 _ _] := numbers ok.
have -> : (num (rate1 (law_of C)))%:R = g2 - g1 :> R.
  by rewrite -natrB; [congr _%:R; rewrite /=; lia | lia].
by field; rewrite gt_eqF ?growth2_gt0.
Qed.

Lemma phi1 (y : 'I_M) : 1 <= phi y.
Proof. exact: phi_ge1. Qed.

(* the starting cells lie in the two middle cells of the window *)
Lemma start_weight (c : nat) (cN : (c <= N)%N) : (0 < c)%N -> (half C * c <= N)%N ->
  2 * (middle C)%:R / (least C)%:R * c%:R <= mu phi (start cN).
Proof.
move=> c0 hc; have w0 := cell0 ok e0; have h0 := half0 ok; have l0 := least_gt0 R ok.
have cc : (c <= cell C e)%N by rewrite -(leq_pmul2l h0) -(NE ok e0 qE).
apply: (@le_trans _ _ (\sum_(y in start cN) (middle C)%:R / (least C)%:R)).
  by rewrite sumr_const card_start -[leRHS]mulr_natl natrD le_eqVlt; apply/orP; left; apply/eqP; field; rewrite gt_eqF.
rewrite /mu; apply: ler_sum => y /startP /andP[y1 y2]; rewrite ler_pmul2r ?invr_gt0 // ler_nat.
have hp : (half C = (half C).-1.+1)%N by rewrite prednK.
have NE' : (N = (half C).-1 * cell C e + cell C e)%N by rewrite (NE ok e0 qE) {1}hp mulSn addnC.
have a1 : ((half C).-1 <= y %/ cell C e)%N by rewrite leq_divRL //; clear -y1 cc NE'; lia.
have a2 : (y %/ cell C e < (half C).-1 + 2)%N.
  by rewrite ltn_divLR // (mulnDl (half C).-1); clear -y2 cc NE'; lia.
have [->|->] : (y %/ cell C e = (half C).-1)%N \/ (y %/ cell C e = half C)%N by clear -a1 a2 hp; lia.
  exact: middle_left ok.
exact: middle_right ok.
Qed.

Theorem gadget_subset_sum_weighted (c n : nat) : (0 < c)%N -> (half C * c <= N)%N ->
  exists B : {set n.-tuple T},
    #|B|%:R <= ((num (rate1 (law_of C)))%:R / g2) ^+ n
      * ((num (start1 C))%:R / (num (start2 C))%:R * (N%:R / c%:R) ^+ 2) * #|{: n.-tuple T}|%:R :> R
  /\ forall t : n.-tuple T, t \notin B -> forall w : R, - 1 <= w <= 1 ->
     exists2 m : bitseq, size m = n &
       `|w - \sum_(x <- mask m t) gadget R x| <= c.*2%:R / N%:R + n%:R / Q%:R.
Proof.
move=> c0 hc; have NE' := NE ok e0 qE; have w0 := cell0 ok e0; have h0 := half0 ok.
have q0' := q0 ok e0 qE; have l0 := least_gt0 R ok.
have n0 : (0 < N)%N by rewrite NE' muln_gt0 w0 h0.
have cN : (c <= N)%N by apply: leq_trans hc; rewrite leq_pmull.
have N0 : 0 < N%:R :> R by rewrite ltr0n.
have C0 : 0 < c%:R :> R by rewrite ltr0n.
have H0 : 0 < (half C)%:R :> R by rewrite ltr0n.
have m0 : 0 < (middle C)%:R :> R by rewrite ltr0n (middle0 ok).
exists [set t : n.-tuple T | (c < #|~: cov (gadr (flux phi)) (start cN) t|)%N]; split=> [|t]; last first.
  rewrite inE => small w w1; have [m mn le] := subset_sum_near (gadr_drift q0' (flux phi)) c0 small w1.
  by exists m; rewrite // -gadget_sum // -drift_tolerance.
have uniform := @pg_uniform R q; have T0 := card_pairs q0'; apply: (uniform_le uniform T0).
have K0 : (0 < #|start cN|)%N by rewrite card_start addn_gt0 c0.
have cM : (c < M)%N by clear -n0 cN; lia.
have := uncovered_chance_w (uniform_ge0 uniform) (uniform_sum uniform T0) phi1 (growth R ok e0 qE) n K0 growth_le1 cM.
rewrite /Pn [X in _ -> X <= _](eq_bigl _ _ (fun t => in_set _ t)).
move=> /le_trans; apply; rewrite rateE -mulrA ler_wpmul2l ?exprn_ge0 ?divr_ge0 ?ler0n ?(ltW growth2_gt0) //.
rewrite /gw; set tot := weighted_covering.total phi; set mid := mu phi _.
have mid_ge : 2 * (middle C)%:R / (least C)%:R * c%:R <= mid by apply: start_weight.
have low0 : 0 < 2 * (middle C)%:R / (least C)%:R * c%:R :> R.
  by rewrite !mulr_gt0 ?invr_gt0 ?ltr0n ?(middle0 ok) ?(least0 ok).
have mid0 : 0 < mid := lt_le_trans low0 mid_ge.
have tot_mid : mid <= tot.
  by rewrite /tot -(mu_compl phi (start cN)) ler_addl (le_trans (ler0n _ _) (mu_card phi1 _)).
have tot_M : M%:R <= tot.
  rewrite -[M in M%:R]card_ord -cardsT; apply: le_trans (mu_card phi1 _) _.
  by rewrite /tot -(mu_compl phi setT) ler_addl (le_trans (ler0n _ _) (mu_card phi1 _)).
have low : (c.+1)%:R <= tot by apply: le_trans tot_M; rewrite ler_nat.
apply: (le_trans (odds_le mid0 tot_mid c0 low)).
apply: (@le_trans _ _ (tot / (2 * (middle C)%:R / (least C)%:R * c%:R) * (tot / c%:R))).
  have tot0 : 0 <= tot := le_trans (ltW mid0) tot_mid.
  rewrite ler_wpmul2r ?divr_ge0 ?ler0n //.
  by rewrite ler_wpmul2l ?lef_pinv ?posrE.
have /and5P[_ _ _ _ /and3P[/ltb_nat s20 _ /leb_nat le]] := numbers ok.
have s2 : 0 < (num (start2 C))%:R :> R by rewrite ltr0n.
have totE : tot = (num (sum_weights C))%:R / ((half C)%:R * (least C)%:R) * N%:R := total_phi R ok e0 qE.
rewrite (_ : tot / _ * _ = (num (sum_weights C))%:R ^+ 2
  / ((half C)%:R ^+ 2 * 2 * (least C)%:R * (middle C)%:R) * (N%:R / c%:R) ^+ 2); last first.
  by rewrite totE; move: (N%:R) N0 => k k1; field; rewrite !gt_eqF.
rewrite ler_wpmul2r ?exprn_ge0 ?divr_ge0 ?ler0n //.
rewrite ler_pdivr_mulr ?mulr_gt0 ?exprn_gt0 ?ltr0n ?(least0 ok) ?(middle0 ok) //.
rewrite mulrAC ler_pdivl_mulr //.
move: le; rewrite !(nat_of_mul_bin, bin_of_natK) -(ler_nat R) !natrM => le.
rewrite expr2; apply: (le_trans le); rewrite (_ : num 2 = 2%N) // le_eqVlt; apply/orP; left; apply/eqP; ring.
Qed.
End Sums.

Theorem law_of_holds (R : rcfType) (C : certificate) : certificate_check C -> holds R (law_of C).
Proof.
move=> ok q e c n e0 qE _ Q N c0; rewrite /= bin_of_natK => hc; rewrite bin_of_natK in qE.
exact: (gadget_subset_sum_weighted R ok e0 qE n c0 hc).
Qed.
