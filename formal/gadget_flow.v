(* The flow of the gadget b max(0, a) for weighted coverage: it is at least that of the kernel of a mixture of uniform
   laws (flow_kernel), and the kernel at distances below a/m is at least (1/(a+1) + ... + 1/m)/4 (kernel_ge). *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import probability r1_four_cycle r5_small_radius r3_contraction r4_subset_sum r4_uniform r6_gadget
  weighted_covering.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Flow.
Variables (R : realFieldType) (q : nat).
Hypothesis q0 : (0 < q)%N.
Local Notation Q := (q + q)%N.
Local Notation N := (Q * Q)%N.
Local Notation M := (N + N)%N.
Local Notation T := ('I_Q * 'I_Q)%type.
Variable phi : 'I_M -> R.
Hypothesis phi1 : forall y, 1 <= phi y.
Local Notation flux := (flux phi).
Local Notation barker := (barker phi).

Lemma barker_ge0 y z : 0 <= barker y z.
Proof.
have p y' : 0 <= phi y' by apply: le_trans ler01 (phi1 y').
by rewrite /barker divr_ge0 ?mulr_ge0 ?addr_ge0.
Qed.

Lemma flux_ge0 K d : 0 <= flux K d.
Proof. by apply: sumr_ge0 => y _; apply: sumr_ge0 => z _; rewrite mulr_ge0 ?ler0n ?barker_ge0. Qed.

(* one value of the first weight: radius Q s *)
Lemma row_w (K : {set 'I_M}) (i : 'I_Q) : (0 < pos i)%N ->
  \sum_(y in K) \sum_(z in ~: K) (h (Q * pos i) y z)%:R * barker y z <=
  (4 * pos i)%:R * (\sum_(j < Q) flux K (gadr flux K (i, j))).
Proof.
move=> s0; apply: le_trans (shifts_best q0 flux K (erefl (Q * pos i)%N)).
by rewrite -(all_shifts q0 K barker) // muln_gt0 s0 addn_gt0 q0.
Qed.

(* the kernel: a mixture of uniform laws *)
Definition kernel (y z : nat) : R := \sum_(i < Q | (0 < pos i)%N) (h (Q * pos i) y z)%:R / (4 * pos i)%:R.

Theorem flow_kernel (K : {set 'I_M}) :
  N%:R^-1 * (\sum_(y in K) \sum_(z in ~: K) kernel y z * barker y z) <= flow (@pg R q) (gadr flux) phi K.
Proof.
rewrite /flow -mulr_sumr ler_wpmul2l ?invr_ge0 ?ler0n //.
have -> : \sum_(x : T) flux K (gadr flux K x) = \sum_(i < Q) \sum_(j < Q) flux K (gadr flux K (i, j)).
  by rewrite pair_bigA; apply: eq_bigr => -[].
rewrite (bigID (fun i : 'I_Q => (0 < pos i)%N)) /= -[leLHS]addr0; apply: ler_add; last first.
  by apply: sumr_ge0 => i _; apply: sumr_ge0 => j _; exact: flux_ge0.
apply: le_trans (_ : \sum_(i < Q | (0 < pos i)%N) (\sum_(y in K) \sum_(z in ~: K) (h (Q * pos i) y z)%:R * barker y z)
  / (4 * pos i)%:R <= _).
  rewrite le_eqVlt; apply/orP; left; apply/eqP.
  transitivity (\sum_(y in K) \sum_(z in ~: K) \sum_(i < Q | (0 < pos i)%N) (h (Q * pos i) y z)%:R * barker y z / (4 *
    pos i)%:R).
    by apply: eq_bigr => y _; apply: eq_bigr => z _; rewrite /kernel mulr_suml; apply: eq_bigr => i _; rewrite mulrAC.
  under eq_bigr do rewrite exchange_big.
  rewrite exchange_big; apply: eq_bigr => i _ /=; rewrite mulr_suml; apply: eq_bigr => y _.
  by rewrite mulr_suml.
apply: ler_sum => i s0; rewrite ler_pdivr_mulr ?ltr0n ?muln_gt0 // mulrC; exact: row_w.
Qed.
End Flow.

Section Kernel.
Variables (R : realFieldType) (q m e : nat).
Hypotheses (m0 : (0 < m)%N) (e0 : (0 < e)%N) (Qm : (q = m * e)%N).
Local Notation Q := (q + q)%N.
Local Notation N := (Q * Q)%N.

(* odd s between b 2e and (b+1) 2e: e of them *)
Lemma kernel_ge (a y z : nat) : (m * (y - z) < a * N)%N -> (m * (z - y) < a * N)%N ->
  \sum_(a <= b < m) (4 * b.+1)%:R^-1 <= kernel R q y z.
Proof.
move=> yz zy; pose F (s : nat) : R := (h (Q * s) y z)%:R / (4 * s)%:R.
have F0 s : 0 <= F s by rewrite /F divr_ge0 ?ler0n.
have -> : kernel R q y z = \sum_(k < q) F k.*2.+1.
  rewrite /kernel big_mkcond big_split_ord /= big1 ?add0r => [|i _].
    apply: eq_bigr => k _ /=; have -> : pos (rshift q k) = k.*2.+1 by rewrite /pos /=; lia.
    by rewrite ltn0Sn.
  have -> : pos (lshift q i) = 0%N by rewrite /pos /=; have := ltn_ord i; lia.
  by [].
have -> : \sum_(k < q) F k.*2.+1 = \sum_(b < m) \sum_(u < e) F (b * e + u).*2.+1.
  by rewrite Qm -(tile (fun k => F k.*2.+1)).
rewrite -(big_mkord xpredT (fun b => \sum_(u < e) F (b * e + u).*2.+1)).
have [am|ma] := leqP a m; last by rewrite big_geq ?(ltnW ma) // big_mkord sumr_ge0 // => b _; apply: sumr_ge0.
rewrite [leRHS](big_cat_nat _ (n := a)) //= -[leLHS]add0r; apply: ler_add.
  by rewrite big_mkord sumr_ge0 // => b _; apply: sumr_ge0.
rewrite big_nat [leRHS]big_nat; apply: ler_sum => b /andP[ab bm].
apply: le_trans (_ : \sum_(u < e) (4 * b.+1 * e)%:R^-1 <= _).
  by rewrite sumr_const card_ord -[leRHS]mulr_natl [(4 * b.+1 * e)%:R]natrM invfM mulrCA divff ?mulr1 // pnatr_eq0; lia.
apply: ler_sum => u _; have ue := ltn_ord u; rewrite /F.
have -> : h (Q * (b * e + u).*2.+1) y z = 2%N.
  have Qe : Q = (m * (2 * e))%N by rewrite Qm; lia.
  have big : (a * N <= m * (Q * (b * e + u).*2.+1))%N.
    have -> : (a * N = (m * Q) * (a * (2 * e)))%N by rewrite {2}Qe; lia.
    rewrite [(m * (Q * _))%N]mulnA leq_mul2l; apply/orP; right; apply: (@leq_trans (b * (2 * e)));
      first by rewrite leq_mul2r ab orbT.
    by lia.
  have l1 : (y - z < Q * (b * e + u).*2.+1)%N by rewrite -(ltn_pmul2l m0) (leq_trans yz).
  have l2 : (z - y < Q * (b * e + u).*2.+1)%N by rewrite -(ltn_pmul2l m0) (leq_trans zy).
  by rewrite /h; move: (Q * _)%N l1 l2 => r l1 l2; lia.
have -> : 2%:R / (4 * (b * e + u).*2.+1)%:R = (2 * (b * e + u).*2.+1)%:R^-1 :> R.
  have : 0 < (b * e + u).*2.+1%:R :> R by rewrite ltr0n.
  by rewrite !(natrM _ 4) !(natrM _ 2); move: (_.*2.+1%:R) => t t0; field; rewrite gt_eqF.
rewrite lef_pinv ?posrE ?ltr0n ?muln_gt0 ?e0 // ler_nat; clear -ue; lia.
Qed.
End Kernel.
