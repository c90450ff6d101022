(* R2 and R4 for the uniform law on the odd multiples of 1/N in (-1, 1), N even: growth 1/2, and with eps = 2c/N all but
   the share (3/4)^n 8/eps^2 of the samples reach every number of [-1, 1] within eps. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import probability r1_four_cycle r2_odd_cut r3_contraction r4_subset_sum.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Uniform.
Variables (R : realFieldType) (N : nat).
Hypotheses (N0 : (0 < N)%N) (evenN : ~~ odd N).

Definition oddw (k : 'I_N) : int := (k.*2.+1)%:Z - N%:Z.
Definition pu (k : 'I_N) : R := N%:R^-1.

Lemma pu_uniform k : pu k = #|{: 'I_N}|%:R^-1. Proof. by rewrite card_ord. Qed.

Lemma hit_sum (y z : 'I_(N + N)) :
  \sum_(k < N) (hit y z (oddw k))%:R = (odd (y + z))%:R * short R N y z.
Proof.
rewrite /hit /oddw /short -natrM mulnb.
case: (boolP (_ && _)) => [/and3P[o yz zy]|no].
  have kN : (((z + N) - y)./2 < N)%N by lia.
  rewrite (bigD1 (Ordinal kN)) //= big1 => [|k nk].
    by rewrite (_ : (_ == _) = true) ?addr0 //; apply/eqP; lia.
  rewrite (_ : (_ == _) = false) //; apply/negP => /eqP e; move: nk => /negP[].
  by apply/eqP/val_inj => /=; lia.
rewrite big1 // => k _; rewrite (_ : (_ == _) = false) //; apply/negP => /eqP e.
by have := ltn_ord k; move: no; lia.
Qed.

Lemma growth_uniform (K : {set 'I_(N + N)}) :
  2^-1 * (#|K|%:R * ((N + N)%:R - #|K|%:R)) <= gain pu (fun _ => oddw) K * (N + N)%:R.
Proof.
have N0' : 0 < N%:R :> R by rewrite ltr0n.
have [S SE] : exists S, S = \sum_(y in K) \sum_(z in ~: K) (odd (y + z))%:R * short R N y z.
  by eexists.
have -> : gain pu (fun _ => oddw) K = N%:R^-1 * S.
  rewrite SE /gain -mulr_sumr; congr (_ * _); under eq_bigr do rewrite card_fresh.
  rewrite exchange_big; apply: eq_bigr => y _.
  by rewrite exchange_big; apply: eq_bigr => z _; rewrite hit_sum.
have cardK : #|K|%:R = \sum_(y < N + N) (y \in K)%:R :> R.
  by rewrite -sum1_card natr_sum big_mkcond; apply: eq_bigr => y _; case: (y \in K).
have wC y z : (odd (y + z))%:R * short R N y z = (odd (z + y))%:R * short R N z y.
  by rewrite addnC /short andbC.
have := odd_cut R (fun y => y \in K) evenN.
rewrite -cardK (cut_sym K wC) -SE => le.
apply: (le_trans (ler_wpmul2l _ le)); first by rewrite invr_ge0 ler0n.
rewrite le_eqVlt; apply/orP; left; apply/eqP; rewrite natrD.
by field; rewrite gt_eqF.
Qed.

(* R4, uniform law: eps = 2c/N, chance at most (3/4)^n 8/eps^2. *)
Theorem random_subset_sum (c n : nat) : (0 < c <= N)%N ->
  exists B : {set n.-tuple 'I_N},
    #|B|%:R <= (3%:R / 4%:R) ^+ n * (8%:R / (c.*2%:R / N%:R) ^+ 2) * #|{: n.-tuple 'I_N}|%:R :> R
  /\ forall t : n.-tuple 'I_N, t \notin B -> forall w : R, - 1 <= w <= 1 ->
     exists2 m : bitseq, size m = n &
       `|w - \sum_(k <- mask m t) (oddw k)%:~R / N%:R| <= c.*2%:R / N%:R.
Proof.
move=> cN; have /andP[c0 _] := cN.
have N0' : 0 < N%:R :> R by rewrite ltr0n.
have C0 : 0 < c%:R :> R by rewrite ltr0n.
have k2 : 2^-1 <= 2 :> R by apply: (@le_trans _ _ 1); rewrite ?invf_le1 ?ler1n ?ltr0n.
have drift (K : {set 'I_(N + N)}) k : (`|oddw k - oddw k| <= 0)%N by rewrite subrr.
have T0 : (0 < #|{: 'I_N}|)%N by rewrite card_ord.
have [B [small good]] := subset_sum_share drift k2 growth_uniform n pu_uniform T0 cN.
exists B; split=> [|t tB w w1].
  apply: (le_trans small); rewrite le_eqVlt; apply/orP; left; apply/eqP; congr (_ * _).
  have -> : 1 - 2^-1 / 2 = 3%:R / 4%:R :> R by field.
  by congr (_ * _); rewrite -addnn [(c + c)%:R]natrD; move: (N%:R) N0' => k k0; field; rewrite !gt_eqF ?addr_gt0.
have [m mn le] := good t tB w w1; exists m => //; rewrite -mulr_suml -raddf_sum /=.
by move: le; rewrite muln0 addr0 -addnn [(c + c)%:R]natrD.
Qed.

End Uniform.
