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

Lemma pu_ge0 k : 0 <= pu k. Proof. by rewrite invr_ge0 ler0n. Qed.

Lemma pu_sum : \sum_k pu k = 1.
Proof. by rewrite sumr_const card_ord -[LHS]mulr_natl mulfV // pnatr_eq0; lia. Qed.

Lemma pu_card n (B : {set n.-tuple 'I_N}) : Pn pu (mem B) = #|B|%:R / #|{: n.-tuple 'I_N}|%:R.
Proof.
rewrite /Pn (eq_bigr (fun=> N%:R ^- n)) => [|t _]; last first.
  by rewrite /pw big_tnth prodr_const /= card_ord size_tuple exprVn.
by rewrite sumr_const -[LHS]mulr_natl card_tuple card_ord natrX.
Qed.

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
move=> /andP[c0 cN].
have N0' : 0 < N%:R :> R by rewrite ltr0n.
have C0 : 0 < c%:R :> R by rewrite ltr0n.
have k2 : 2^-1 <= 2 :> R by apply: (@le_trans _ _ 1); rewrite ?invf_le1 ?ler1n ?ltr0n.
have c0N : (0 < c <= N)%N by rewrite c0.
have cNN : (c < N + N)%N by lia.
have drift (K : {set 'I_(N + N)}) k : (`|oddw k - oddw k| <= 0)%N by rewrite subrr.
have [B [PB good]] := subset_sum_law drift pu_ge0 pu_sum k2 growth_uniform n c0N cNN.
exists B; split=> [|t /good{}good w /andP[w1 w2]].
  have card0 : 0 < #|{: n.-tuple 'I_N}|%:R :> R by rewrite ltr0n card_tuple card_ord expn_gt0 N0.
  rewrite -ler_pdivr_mulr // -pu_card; apply: le_trans PB _.
  have -> : 1 - 2^-1 / 2 = 3%:R / 4%:R :> R by field.
  rewrite -mulrA ler_wpmul2l ?exprn_ge0 ?divr_ge0 ?ler0n //.
  have -> : 8%:R / (c.*2%:R / N%:R) ^+ 2 = (N%:R / c%:R) * ((N + N)%:R / c%:R) :> R.
    by rewrite -addnn !natrD; field; rewrite !gt_eqF ?addr_gt0.
  apply: ler_pmul.
  - by rewrite divr_ge0 ?ler0n // subr_ge0 ler_nat.
  - by rewrite divr_ge0 ?ler0n // subr_ge0 ler_nat; lia.
  - by rewrite ler_pmul2r ?invr_gt0 // ler_subl_addr ler_addl ler0n.
  apply: ler_pmul.
  - by rewrite subr_ge0 ler_nat; lia.
  - by rewrite invr_ge0 ler0n.
  - by rewrite ler_subl_addr ler_addl ler0n.
  - by rewrite lef_pinv ?posrE ?ltr0n // ler_nat.
have [|m mn le] := good (w * N%:R).
  by apply/andP; split; [rewrite -mulN1r ler_pmul2r|rewrite -[leRHS]mul1r ler_pmul2r].
exists m => //; rewrite -mulr_suml -raddf_sum /=.
set S := (\sum_(x <- _) _)%:~R in le *.
have -> : w - S / N%:R = (w * N%:R - S) / N%:R by field; rewrite gt_eqF.
rewrite normrM normfV (gtr0_norm N0') ler_pmul2r ?invr_gt0 // -addnn natrD.
by move: le; rewrite muln0 addr0.
Qed.

End Uniform.
