(* cells. *)
From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify ssrZ.
From LT Require Import probability r1_four_cycle r5_small_radius r3_contraction r4_subset_sum r4_uniform r6_gadget weighted_covering gadget_flow sign_checker cells.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Definition half : seq nat := [:: 54; 41; 39; 94; 182; 533; 825; 1000]%N.
Definition w16 (i : nat) : nat := nth 39%N (half ++ rev half) i.
Definition m16 : nat := (8 * 16 * 8)%N.
Definition D : Z := Zpos 1000000%positive.
Definition D2 : Z := Zpos 1000%positive.
Definition Bz : Z := Zpos 570353%positive.

Fixpoint suff (b k : nat) : seq Z :=
  if k is k'.+1 then let r := suff b.+1 k' in Z.add (Z.div D (Z.of_nat b.+1)) (head Z0 r) :: r else [:: Z0].
Definition tab : seq Z := Eval vm_compute in suff 0 m16.
Lemma tabE : tab = suff 0 m16. Proof. by vm_compute. Qed.
Definition P (a : nat) : Z := nth Z0 tab a.
Definition aa (o i j : nat) : nat := (if j <= i then 128 * (i - j) + 8 * o.+1 else (128 * (j - i) - 8 * o).+1)%N.
Definition zw (i : nat) : Z := Z.of_nat (w16 i).
Definition Bk (i j : nat) : Z := Z.div (Z.mul D2 (Z.mul (zw i) (zw j))) (Z.add (zw i) (zw j)).
Definition uu (o i j : nat) : Z := Z.sub (Z.mul (P (aa o i j)) (Bk i j)) (Z.mul Bz (Z.mul (zw i) (zw j))).

Lemma all_checked : all (fun o => cut_check 16 (columns 16 (uu o))) (iota 0 16).
Proof. by vm_compute. Qed.


Section Sound.
Variable R : realFieldType.
Local Notation toR := (toR R).

Lemma div_ge (a : Z) (b : nat) : (0 < b)%N -> toR (Z.div a (Z.of_nat b)) <= toR a / b%:R.
Proof.
move=> b0; rewrite ler_pdivl_mulr ?ltr0n // -toR_nat -toRM; apply: toR_le.
rewrite Z.mul_comm; apply: Z.mul_div_le; lia.
Qed.

Lemma suff_le k b a : toR (nth Z0 (suff b k) a) <= toR D * \sum_(b + a <= x < b + k) x.+1%:R^-1.
Proof.
have D0 : 0 <= toR D by rewrite -[0]/(toR Z0); apply: toR_le.
have S0 u v : 0 <= toR D * \sum_(u <= x < v) x.+1%:R^-1 :> R.
  by rewrite mulr_ge0 // big_nat sumr_ge0 // => x _; rewrite invr_ge0 ler0n.
elim: k b a => [|k IH] b a; first by case: a => [|[|a]] /=; exact: S0.
case: a => [|a] /=; last by have := IH b.+1 a; rewrite addSn addnS addSnnS.
have := IH b.+1 0%N; rewrite -nth0 addn0 addSnnS => le.
rewrite addn0 big_ltn ?addnS ?ltnS ?leq_addr // toRD mulrDr; apply: ler_add; first exact: (@div_ge D b.+1 isT).
by move: le; rewrite addnS.
Qed.

Lemma P_le a : toR (P a) <= 4%:R * toR D * \sum_(a <= x < m16) (4 * x.+1)%:R^-1.
Proof.
rewrite /P tabE; apply: le_trans (suff_le m16 0 a) _; rewrite !add0n.
rewrite le_eqVlt; apply/orP; left; apply/eqP; rewrite [4%:R * _]mulrC -mulrA; congr (_ * _).
by rewrite mulr_sumr; apply: eq_bigr => x _; rewrite natrM invfM mulrA divff ?mul1r // pnatr_eq0.
Qed.
End Sound.

(* distances between points of two cells, in units of a 1024-th *)
Lemma arith i j s t b o : (0 < b)%N -> (t <= s < 16 * b)%N -> (o * b <= s - t)%N -> (s - t < o.+1 * b)%N -> (o < 16)%N ->
  (1024 * ((i * (16 * b) + s) - (j * (16 * b) + t)) < aa o i j * (128 * b))%N /\
  (1024 * ((j * (16 * b) + t) - (i * (16 * b) + s)) < aa o i j * (128 * b))%N.
Proof.
move=> b0 /andP[ts sb]; move: {-2}(s - t)%N (erefl (s - t)%N) => r rE s1 s2 o16; rewrite /aa; case: (leqP j i) => ij.
  have [d ->] : exists d, i = (j + d)%N by exists (i - j)%N; rewrite subnKC.
  rewrite addKn.
  have -> : ((j + d) * (16 * b) + s - (j * (16 * b) + t) = d * (16 * b) + r)%N by rewrite mulnDl; move: (j * _)%N (d * _)%N => u v; lia.
  have -> : (j * (16 * b) + t - ((j + d) * (16 * b) + s) = 0)%N by rewrite mulnDl; move: (j * _)%N (d * _)%N => u v; lia.
  rewrite muln0 muln_gt0 muln_gt0 b0 addn_gt0 orbT; split=> //; clear -s2.
  rewrite mulnDl (mulnACA 128%N d) (mulnACA 8%N o.+1) [(d * (16 * b))%N]mulnCA; move: (d * b)%N (o.+1 * b)%N s2 => u v s2; lia.
have [d [-> d0]] : exists d, j = (i + d)%N /\ (0 < d)%N by exists (j - i)%N; split; [rewrite subnKC // ltnW|rewrite subn_gt0].
rewrite addKn.
have db : (b <= d * b)%N by rewrite leq_pmull.
have -> : (i * (16 * b) + s - ((i + d) * (16 * b) + t) = 0)%N.
  have e1 : ((i + d) * (16 * b) = i * (16 * b) + 16 * (d * b))%N by rewrite mulnDl [(d * (16 * b))%N]mulnCA.
  by rewrite e1; move: (i * _)%N (d * b)%N db => u v db; lia.
have -> : ((i + d) * (16 * b) + t - (i * (16 * b) + s) = 16 * (d * b) - r)%N.
  have e1 : ((i + d) * (16 * b) = i * (16 * b) + 16 * (d * b))%N by rewrite mulnDl [(d * (16 * b))%N]mulnCA.
  by rewrite e1; move: (i * _)%N (d * b)%N db => u v db; lia.
have [k kE] : exists k, (128 * d = k + 8 * o)%N by exists (128 * d - 8 * o)%N; lia.
have -> : (128 * d - 8 * o = k)%N by lia.
have kb : (128 * (d * b) = k * b + 8 * (o * b))%N by rewrite mulnA kE mulnDl mulnA.
have -> : (k.+1 * (128 * b) = 128 * (k * b) + 128 * b)%N by rewrite mulSn [(k * (128 * b))%N]mulnCA addnC.
rewrite muln0 addn_gt0 !muln_gt0 b0 !orbT; split=> //.
by move: (d * b)%N (k * b)%N (o * b)%N kb s1 => u v x kb s1; lia.
Qed.

Section Growth.
Variables (R : realFieldType) (q e : nat).
Hypotheses (e0 : (0 < e)%N) (qE : (q = m16 * e)%N).
Local Notation Q := (q + q)%N.
Local Notation N := (Q * Q)%N.
Local Notation M := (N + N)%N.
Local Notation toR := (toR R).
Definition sub : nat := (32 * m16 * e * e)%N.
Definition cw : nat := (16 * sub)%N.

Lemma N8 : N = (8 * cw)%N. Proof. by rewrite qE /cw /sub /m16; lia. Qed.
Lemma M16 : M = (16 * cw)%N. Proof. by rewrite N8; lia. Qed.
Lemma sub0 : (0 < sub)%N. Proof. by rewrite /sub /m16 !muln_gt0 e0. Qed.
Lemma cw0 : (0 < cw)%N. Proof. by rewrite /cw muln_gt0 sub0. Qed.
Lemma q0 : (0 < q)%N. Proof. by rewrite qE /m16 !muln_gt0 e0. Qed.

Lemma w39 i : (39 <= w16 i)%N.
Proof.
rewrite /w16; have [lt|ge] := ltnP i (size (half ++ rev half)); last by rewrite nth_default.
have all39 : all (leq 39) (half ++ rev half) by [].
exact: (all_nthP 39%N all39).
Qed.

Definition ww (i j : nat) : R := (w16 i)%:R * (w16 j)%:R.
Definition bb (i j : nat) : R := (w16 i)%:R * (w16 j)%:R / ((w16 i)%:R + (w16 j)%:R).
Definition pp (o i j : nat) : R := toR (P (aa o i j)) / (4%:R * toR D).
Definition beta : R := toR Bz / (4%:R * toR D * toR D2).

Lemma D_gt0 : 0 < toR D. Proof. by rewrite /cells.toR (ltr_int _ 0). Qed.
Lemma D2_gt0 : 0 < toR D2. Proof. by rewrite /cells.toR (ltr_int _ 0). Qed.
Lemma w_gt0 i : 0 < (w16 i)%:R :> R. Proof. by rewrite ltr0n (leq_trans _ (w39 i)). Qed.

Lemma bb_ge i j : toR (Bk i j) / toR D2 <= bb i j.
Proof.
have s0 : 0 < (w16 i)%:R + (w16 j)%:R :> R by rewrite addr_gt0 ?w_gt0.
rewrite ler_pdivr_mulr ?D2_gt0 // /bb mulrAC ler_pdivl_mulr // -!toR_nat -toRD -!toRM; apply: toR_le.
rewrite /Bk /zw Z.mul_comm [Z.mul _ D2]Z.mul_comm; apply: Z.mul_div_le.
have := w39 i; lia.
Qed.

Lemma pp_kernel i j s t : (i < 16)%N -> (j < 16)%N -> (t <= s < cw)%N ->
  pp ((s - t) %/ sub) i j <= kernel R q (i * cw + s) (j * cw + t).
Proof.
move=> i16 j16 /andP[ts sc]; set o := (_ %/ _)%N.
have D0 : 0 < 4%:R * toR D by rewrite mulr_gt0 ?ltr0n ?D_gt0.
rewrite /pp ler_pdivr_mulr // mulrC; apply: le_trans (P_le R _) _; rewrite ler_wpmul2l ?(ltW D0) //.
have s1 : (o * sub <= s - t)%N by exact: leq_trunc_div.
have s2 : (s - t < o.+1 * sub)%N by rewrite ltn_ceil // sub0.
have mm : m16 = (8 * 16 * 8)%N by []. have sb0 := sub0.
have o16 : (o < 16)%N by rewrite ltn_divLR ?sub0 // (leq_ltn_trans (leq_subr _ _) sc).
have [yz zy] := arith i j sb0 (introT andP (conj ts sc)) s1 s2 o16.
have NN : N = (128 * sub)%N by rewrite N8 /cw; lia.
apply: (@kernel_ge R q m16 e) => //; rewrite NN mm; exact.
Qed.

Lemma kernelC y z : kernel R q y z = kernel R q z y.
Proof. by apply: eq_bigr => i _; rewrite h_sym. Qed.

Lemma cells16 o (A B : nat -> bool) : (o < 16)%N ->
  beta * (\sum_(i < 16) \sum_(j < 16) ww i j * dif R (A i) (B j)) <=
  \sum_(i < 16) \sum_(j < 16) pp o i j * bb i j * dif R (A i) (B j).
Proof.
move=> o16; have ok : cut_check 16 (columns 16 (uu o)) by have /allP := all_checked; apply; rewrite mem_iota.
have D0 := D_gt0; have D20 := D2_gt0.
have DD : 0 < 4%:R * toR D * toR D2 by rewrite !mulr_gt0 ?ltr0n.
have ge := checked R A B ok; rewrite /beta mulrAC ler_pdivr_mulr //.
apply: (@le_trans _ _ (\sum_(i < 16) \sum_(j < 16) toR (P (aa o i j)) * toR (Bk i j) * dif R (A i) (B j))).
  rewrite -subr_ge0; apply: (le_trans ge); rewrite le_eqVlt; apply/orP; left; apply/eqP.
  rewrite mulr_sumr -sumrB; apply: eq_bigr => i _; rewrite mulr_sumr -sumrB; apply: eq_bigr => j _.
  by rewrite /uu toRB !toRM !toR_nat /ww; ring.
rewrite mulr_suml; apply: ler_sum => i _; rewrite mulr_suml; apply: ler_sum => j _.
rewrite [leRHS]mulrAC ler_wpmul2r ?dif_ge0 // /pp.
have -> : toR (P (aa o i j)) / (4%:R * toR D) * bb i j * (4%:R * toR D * toR D2) = toR (P (aa o i j)) * (bb i j * toR D2).
  by field; rewrite gt_eqF.
rewrite ler_wpmul2l //; last by rewrite -ler_pdivr_mulr // bb_ge.
rewrite -[0]/(toR Z0); apply: toR_le; rewrite /P.
have pos : all (fun v => Z.leb Z0 v) tab by vm_compute.
have [lt|ge'] := ltnP (aa o i j) (size tab); last by rewrite nth_default.
by have := all_nthP Z0 pos _ lt => /Z.leb_le.
Qed.

Definition phi (y : 'I_M) : R := (w16 (y %/ cw))%:R / 39%:R.
Lemma phi_ge1 y : 1 <= phi y.
Proof. by rewrite ler_pdivl_mulr ?ltr0n // mul1r ler_nat w39. Qed.

Lemma sumM (f : nat -> R) : \sum_(y < M) f y = \sum_(y < 16 * cw) f y.
Proof. by rewrite -!(big_mkord xpredT) M16. Qed.

Lemma total_phi : weighted_covering.total phi = 692%:R / 39%:R * N%:R.
Proof.
rewrite /weighted_covering.total (sumM (fun y => (w16 (y %/ cw))%:R / 39%:R)) -(tile (fun y => (w16 (y %/ cw))%:R / 39%:R)).
rewrite (eq_bigr (fun i : 'I_16 => (w16 i)%:R * (cw%:R / 39%:R))) => [|i _]; last first.
  rewrite (eq_bigr (fun=> (w16 i)%:R / 39%:R)) => [|s _].
    by rewrite sumr_const card_ord -[LHS]mulr_natr -mulrA [_^-1 * _]mulrC.
  by rewrite divnMDl ?cw0 // divn_small // addn0.
rewrite -mulr_suml -natr_sum N8 natrM.
have -> : (\sum_(i < 16) w16 i = 8 * 692)%N by rewrite -(big_mkord xpredT w16) /index_iota unlock; vm_compute.
by rewrite natrM; field.
Qed.

Theorem growth16 (K : {set 'I_M}) :
  49%:R / 500%:R * (mu phi K * (weighted_covering.total phi - mu phi K)) <= flow (@pg R q) (gadr_w phi) phi K * weighted_covering.total phi.
Proof.
have N0 : 0 < N%:R :> R by rewrite ltr0n N8 muln_gt0 cw0.
pose c (y : nat) := oapp (fun i => i \in K) false (insub y : option 'I_M).
have cK (i : 'I_M) : c i = (i \in K) by rewrite /c valK.
pose A := \sum_(y in K) \sum_(z in ~: K) kernel R q y z * barker phi y z.
have fA : N%:R^-1 * A <= flow (@pg R q) (gadr_w phi) phi K by apply: flow_kernel => //; [exact: q0|exact: phi_ge1].
have barkerE (y z : 'I_M) : barker phi y z = at_cell cw bb y z / 39%:R.
  have y0 := w_gt0 (y %/ cw); have z0 := w_gt0 (z %/ cw).
  by rewrite /barker /phi /at_cell /bb; field; rewrite gt_eqF ?addr_gt0.
have two_mu : \sum_(y < M) \sum_(z < M) (at_cell cw ww y z / 39%:R ^+ 2) * dif R (y \in K) (z \in K) = 2 * (mu phi K * (weighted_covering.total phi - mu phi K)).
  rewrite (cut_sym K (w := fun y z => at_cell cw ww y z / 39%:R ^+ 2)) => [|y z]; last by rewrite /at_cell /ww [_ * _%:R]mulrC.
  congr (2 * _); rewrite -(mu_compl phi K) addrAC subrr add0r /mu mulr_suml; apply: eq_bigr => y _.
  by rewrite mulr_sumr; apply: eq_bigr => z _; rewrite /at_cell /ww /phi; field.
have two_A : \sum_(y < M) \sum_(z < M) (kernel R q y z * (at_cell cw bb y z / 39%:R)) * dif R (y \in K) (z \in K) = 2 * A.
  rewrite (cut_sym K (w := fun y z => kernel R q y z * (at_cell cw bb y z / 39%:R))) => [|y z]; last first.
    by rewrite kernelC /at_cell /bb [(w16 (y %/ cw))%:R * _]mulrC [(w16 (y %/ cw))%:R + _]addrC.
  by congr (2 * _); apply: eq_bigr => y _; apply: eq_bigr => z _; rewrite barkerE.
have csub : (cw = 16 * sub)%N by [].
have wwC i j : ww i j = ww j i by rewrite /ww mulrC.
have bbC i j : bb i j = bb j i by rewrite /bb [(w16 i)%:R * _]mulrC [(w16 i)%:R + _]addrC.
have bb0 i j : 0 <= bb i j by rewrite /bb divr_ge0 ?mulr_ge0 ?addr_ge0 ?ler0n.
have := cells_cut c cw0 csub kernelC wwC bbC bb0 pp_kernel cells16.
have toM (f : nat -> nat -> R) : \sum_(y < 16 * cw) \sum_(z < 16 * cw) f y z * dif R (c y) (c z)
   = \sum_(y < M) \sum_(z < M) f y z * dif R (y \in K) (z \in K).
  rewrite -(sumM (fun y => \sum_(z < 16 * cw) f y z * dif R (c y) (c z))); apply: eq_bigr => y _.
  by rewrite -(sumM (fun z => f y z * dif R (c y) (c z))); apply: eq_bigr => z _; rewrite !cK.
rewrite (toM (at_cell cw ww)) (toM (fun y z => kernel R q y z * at_cell cw bb y z)) => le.
have {le} le : beta * 39%:R * (mu phi K * (weighted_covering.total phi - mu phi K)) <= A.
  move: le.
  have -> : \sum_(y < M) \sum_(z < M) at_cell cw ww y z * dif R (y \in K) (z \in K) = 39%:R ^+ 2 * (2 * (mu phi K * (weighted_covering.total phi - mu phi K))).
    rewrite -two_mu mulr_sumr; apply: eq_bigr => y _; rewrite mulr_sumr; apply: eq_bigr => z _; by field.
  have -> : \sum_(y < M) \sum_(z < M) kernel R q y z * at_cell cw bb y z * dif R (y \in K) (z \in K) = 39%:R * (2 * A).
    rewrite -two_A mulr_sumr; apply: eq_bigr => y _; rewrite mulr_sumr; apply: eq_bigr => z _; by field.
  move=> le; rewrite -(ler_pmul2l (_ : 0 < 39%:R * 2 :> R)) ?mulr_gt0 ?ltr0n //.
  rewrite (_ : 39%:R * 2 * (beta * 39%:R * (mu phi K * (weighted_covering.total phi - mu phi K))) =
     beta * (39%:R ^+ 2 * (2 * (mu phi K * (weighted_covering.total phi - mu phi K))))); last by ring.
  by rewrite -[leRHS]mulrA.
have m0 : 0 <= mu phi K * (weighted_covering.total phi - mu phi K).
  rewrite -(mu_compl phi K) addrAC subrr add0r mulr_ge0 // (le_trans (ler0n _ _) (mu_card phi_ge1 _)) //.
have t0 : 0 <= weighted_covering.total phi by rewrite total_phi mulr_ge0 ?divr_ge0 ?ler0n.
apply: le_trans (_ : N%:R^-1 * A * weighted_covering.total phi <= _); last by rewrite ler_wpmul2r.
have -> : N%:R^-1 * A * weighted_covering.total phi = 692%:R / 39%:R * A.
  by rewrite total_phi; move: (N%:R) N0 => k k0; field; rewrite gt_eqF.
apply: le_trans (_ : 692%:R / 39%:R * (beta * 39%:R * (mu phi K * (weighted_covering.total phi - mu phi K))) <= _); last first.
  by rewrite ler_wpmul2l ?divr_ge0 ?ler0n.
have D0 := D_gt0; have D20 := D2_gt0.
have zle : Z.le (Z.mul (Zpos 49%positive) (Z.mul (Z.mul (Zpos 4%positive) D) D2)) (Z.mul (Z.mul (Zpos 500%positive) (Zpos 692%positive)) Bz).
  by apply/Z.leb_le; vm_compute.
have num : 49%:R / 500%:R <= 692%:R * beta :> R.
  rewrite ler_pdivr_mulr ?ltr0n // /beta mulrA mulrAC ler_pdivl_mulr ?mulr_gt0 ?ltr0n //.
  have := toR_le R zle; rewrite !toRM.
  have -> : toR (Zpos 49%positive) = 49%:R by [].
  have -> : toR (Zpos 4%positive) = 4%:R by [].
  have -> : toR (Zpos 500%positive) = 500%:R by [].
  have -> : toR (Zpos 692%positive) = 692%:R by [].
  by move=> le2; apply: (le_trans le2); rewrite le_eqVlt; apply/orP; left; apply/eqP; ring.
rewrite (_ : 692%:R / 39%:R * (beta * 39%:R * (mu phi K * (weighted_covering.total phi - mu phi K))) =
  692%:R * beta * (mu phi K * (weighted_covering.total phi - mu phi K))); last by field.
by rewrite ler_wpmul2r.
Qed.
End Growth.
