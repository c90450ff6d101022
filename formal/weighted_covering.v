(* Weighted coverage (Mathematics 2.19 and 2.21): cells have weights phi >= 1, mu is the weight of what is covered. If
   Barker's flow from every set K to the rest is at least h mu(K) mu(rest) / total, then one sample shrinks
   E[mu(rest)/mu(K)] by the factor 1 - h. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import probability r3_contraction.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Weighted.
Variables (R : realFieldType) (M : nat) (T : finType) (p : T -> R) (X : {set 'I_M} -> T -> int) (phi : 'I_M -> R).
Hypothesis p_ge0 : forall x, 0 <= p x.
Hypothesis p_sum : \sum_x p x = 1.
Hypothesis phi1 : forall y, 1 <= phi y.
Implicit Types (K : {set 'I_M}) (x : T) (y z : 'I_M) (d : int).

Definition mu K : R := \sum_(y in K) phi y.
Definition total : R := \sum_y phi y.
Definition barker y z : R := phi y * phi z / (phi y + phi z).
Definition flux K d : R := \sum_(y in K) \sum_(z in ~: K) (hit y z d)%:R * barker y z.
Definition flow K : R := \sum_x p x * flux K (X K x).
Definition gw K : R := (total - mu K) / mu K.

Lemma phi_gt0 y : 0 < phi y. Proof. exact: lt_le_trans ltr01 (phi1 y). Qed.

Lemma mu_card K : #|K|%:R <= mu K.
Proof. by rewrite -sum1_card natr_sum; apply: ler_sum => y _; exact: phi1. Qed.

Lemma mu_gt0 K : (0 < #|K|)%N -> 0 < mu K.
Proof. by move=> K0; apply: lt_le_trans (mu_card K); rewrite ltr0n. Qed.

Lemma mu_compl K : mu K + mu (~: K) = total.
Proof.
rewrite /total (bigID (mem K)) /=; congr (_ + _); apply: eq_bigl => y; by rewrite inE.
Qed.

Lemma gw_ge0 K : 0 <= gw K.
Proof.
rewrite /gw -(mu_compl K) addrAC subrr add0r divr_ge0 //; exact: le_trans (ler0n _ _) (mu_card _).
Qed.

Lemma mu_fresh K d : mu (fresh K d) = \sum_(y in K) \sum_(z in ~: K) (hit y z d)%:R * phi z.
Proof.
rewrite exchange_big /= /mu big_mkcond [RHS]big_mkcond /=.
apply: eq_bigr => z _; rewrite !inE; case: (z \in K) => //=.
case: ifP => [/existsP[y /andP[yK yz]]|/negbT]; last first.
  rewrite negb_exists => /forallP no; rewrite big1 // => y yK.
  by move: (no y); rewrite yK /= => /negbTE ->; rewrite mul0r.
rewrite (bigD1 y) //= yz mul1r big1 ?addr0 // => y' /andP[_ ny].
by case: (boolP (hit _ _ _)) ny => [/hit_injl /(_ yz) ->|_ _]; rewrite ?eqxx ?mul0r.
Qed.

Lemma mu_step K x : mu (step X K x) = mu K + mu (fresh K (X K x)).
Proof.
rewrite /mu /step (bigID (mem K)) /=; congr (_ + _); apply: eq_bigl => y; rewrite !inE.
  by case: (y \in K); rewrite ?andbF.
by case: (y \in K); rewrite ?andbF //= andbT.
Qed.

(* Cauchy-Schwarz, point by point *)
Lemma point K d t y : y \in K ->
  \sum_(z in ~: K) (hit y z d)%:R * barker y z <=
  phi y - 2 * t * phi y + t ^+ 2 * (phi y + \sum_(z in ~: K) (hit y z d)%:R * phi z).
Proof.
move=> yK; have y0 := phi_gt0 y.
have [/existsP[z /andP[zK yz]]|] := boolP [exists z in ~: K, hit y z d].
  have one (F : 'I_M -> R) : \sum_(z in ~: K) (hit y z d)%:R * F z = F z.
    rewrite (bigD1 z) //= yz mul1r big1 ?addr0 // => z' /andP[_ nz].
    by case: (boolP (hit _ _ _)) nz => [/hit_injr /(_ yz) ->|_ _]; rewrite ?eqxx ?mul0r.
  rewrite !one /barker; have z0 := phi_gt0 z; have s0 : 0 < phi y + phi z by rewrite addr_gt0.
  rewrite -subr_ge0 (_ : _ - _ = (phi y - t * (phi y + phi z)) ^+ 2 / (phi y + phi z)).
    by rewrite divr_ge0 ?sqr_ge0 // ltW.
  by field; rewrite gt_eqF.
rewrite negb_exists => /forallP no; rewrite !big1 ?addr0 => [|z zK|z zK].
- rewrite -subr_ge0 subr0 (_ : _ + _ = phi y * (1 - t) ^+ 2); last by ring.
  by rewrite mulr_ge0 ?sqr_ge0 // ltW.
- by move: (no z); rewrite zK /= => /negbTE ->; rewrite mul0r.
- by move: (no z); rewrite zK /= => /negbTE ->; rewrite mul0r.
Qed.

Lemma chord K x : (0 < #|K|)%N -> (mu (step X K x))^-1 <= (mu K - flux K (X K x)) / mu K ^+ 2.
Proof.
move=> K0; have m0 := mu_gt0 K0; set m := mu K in m0 *; set m' := mu _.
have m'0 : 0 < m'.
  by rewrite /m' mu_step ltr_paddr // (le_trans (ler0n _ _) (mu_card _)).
pose t := m / m'.
have : flux K (X K x) <= \sum_(y in K) (phi y - 2 * t * phi y
    + t ^+ 2 * (phi y + \sum_(z in ~: K) (hit y z (X K x))%:R * phi z)).
  by apply: ler_sum => y; exact: point.
rewrite big_split sumrB /= -!mulr_sumr big_split /= -mu_fresh -/(mu K) -/m -mu_step -/m'.
rewrite (_ : _ + _ = m - m ^+ 2 / m'); last by rewrite /t; field; rewrite gt_eqF.
rewrite ler_pdivl_mulr ?exprn_gt0 // [_^-1 * _]mulrC.
by rewrite ler_subr_addr addrC -ler_subr_addr.
Qed.

Variable h : R.
Hypothesis flow_ge : forall K, h * (mu K * (total - mu K)) <= flow K * total.

Lemma contraction_w K : (0 < #|K|)%N -> \sum_x p x * gw (step X K x) <= (1 - h) * gw K.
Proof.
move=> K0; have m0 := mu_gt0 K0; have t0 : 0 < total.
  by rewrite -(mu_compl K) ltr_paddr // (le_trans (ler0n _ _) (mu_card _)).
have c0 x : 0 < mu (step X K x) by apply: mu_gt0; exact: step_gt0.
apply: (@le_trans _ _ (\sum_x p x * (total * ((mu K - flux K (X K x)) / mu K ^+ 2) - 1))).
  apply: ler_sum => x _; rewrite ler_wpmul2l // /gw mulrBl divff ?gt_eqF // ler_add2r.
  by rewrite ler_wpmul2l ?(ltW t0) // chord.
have -> : \sum_x p x * (total * ((mu K - flux K (X K x)) / mu K ^+ 2) - 1) =
   total / mu K - 1 - flow K * total / mu K ^+ 2.
  rewrite (eq_bigr (fun x => (total / mu K - 1) * p x - p x * flux K (X K x) * (total / mu K ^+ 2))) => [|x _].
    by rewrite sumrB -mulr_sumr -mulr_suml p_sum mulr1 -/(flow K) mulrA.
  by field; rewrite gt_eqF.
rewrite -subr_ge0 [X in 0 <= X](_ : _ = (flow K * total - h * (mu K * (total - mu K))) / mu K ^+ 2).
  by rewrite divr_ge0 ?subr_ge0 ?exprn_ge0 // ltW.
by rewrite /gw; field; rewrite gt_eqF.
Qed.

Lemma uncovered_chance_w n K (s : nat) : (0 < #|K|)%N -> h <= 1 -> (s < M)%N ->
  Pn p (fun t : n.-tuple T => (s < #|~: cov X K t|)%N) <=
  (1 - h) ^+ n * gw K * ((total - (s.+1)%:R) / (s.+1)%:R).
Proof.
move=> K0 h1 sM; set th : R := (s.+1)%:R / (total - (s.+1)%:R).
have MT : M%:R <= total.
  rewrite -[M in M%:R]card_ord -cardsT; apply: le_trans (mu_card _) _.
  by rewrite -(mu_compl setT) ler_addl (le_trans (ler0n _ _) (mu_card _)).
have [MS|MS] := leqP M s.+1.
  rewrite (_ : Pn _ _ = 0); last first.
    rewrite /Pn big_pred0 // => t; apply/negbTE; rewrite -leqNgt cardsCs setCK card_ord.
    have : (0 < #|cov X K t|)%N by apply: cov_gt0.
    by lia.
  apply: mulr_ge0; last by rewrite divr_ge0 ?ler0n // subr_ge0 (le_trans _ MT) // ler_nat.
  by rewrite mulr_ge0 ?gw_ge0 // exprn_ge0 // subr_ge0.
have big0 : 0 < total - (s.+1)%:R by rewrite subr_gt0 (lt_le_trans _ MT) // ltr_nat.
have th0 : 0 < th by rewrite divr_gt0 ?ltr0n.
rewrite -[(_ - _) / _]invf_div -/th.
apply: (@le_trans _ _ (En p (fun t : n.-tuple T => gw (cov X K t)) / th)).
  apply: markov => // [t|t big]; first exact: gw_ge0.
  have c0 : (0 < #|cov X K t|)%N by apply: cov_gt0.
  have m0 := mu_gt0 c0.
  have c1 : (s.+1)%:R <= total - mu (cov X K t).
    by rewrite -(mu_compl (cov X K t)) addrAC subrr add0r (le_trans _ (mu_card _)) // ler_nat.
  rewrite /th /gw ler_pdivr_mulr // mulrAC ler_pdivl_mulr //.
  by apply: ler_pmul; rewrite ?ler0n ?(ltW m0) // ler_subr_addr addrC -ler_subr_addr.
rewrite ler_pmul2r ?invr_gt0 //.
apply: (chain_shrinks p_ge0 (I := fun K => (0 < #|K|)%N)) => //.
- by rewrite subr_ge0.
- by move=> *; apply: step_gt0.
- exact: contraction_w.
Qed.
End Weighted.
