(* What the check of a certificate means (cell_weights.v): the weighted growth of the law of one hidden unit's
   gadget, on every grid whose q is a multiple of the certificate's steps. *)
From Coq Require Import NArith ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify ssrZ.
From LT Require Import probability r1_four_cycle r5_small_radius r3_contraction r4_subset_sum r4_uniform r6_gadget.
From LT Require Import weighted_covering gadget_flow sign_checker cells cell_weights binary.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Local Notation num := nat_of_bin.

Section Table.
Variables (R : realFieldType) (C : certificate).
Local Notation toR := (toR R).

Lemma toR_num (a : N) : toR (Z.of_N a) = (num a)%:R.
Proof. by rewrite /toR pmulrn; congr (_ *~ _); lia. Qed.

Lemma div_ge (a : Z) (b : nat) : (0 < b)%N -> toR (Z.div a (Z.of_nat b)) <= toR a / b%:R.
Proof.
move=> b0; rewrite ler_pdivl_mulr ?ltr0n // -toR_nat -toRM; apply: toR_le.
rewrite Z.mul_comm; apply: Z.mul_div_le; lia.
Qed.

Lemma tails_le k b a : toR (nth Z0 (tails C b k) a) <= (num (scale C))%:R * \sum_(b + a <= x < b + k) x.+1%:R^-1.
Proof.
have S0 u v : 0 <= (num (scale C))%:R * \sum_(u <= x < v) x.+1%:R^-1 :> R.
  by rewrite mulr_ge0 ?ler0n // big_nat sumr_ge0 // => x _; rewrite invr_ge0 ler0n.
elim: k b a => [|k IH] b a; first by case: a => [|[|a]] /=; exact: S0.
case: a => [|a] /=; last by have := IH b.+1 a; rewrite addSn addnS addSnnS.
have := IH b.+1 0%N; rewrite -nth0 addn0 addSnnS => le.
rewrite addn0 big_ltn ?addnS ?ltnS ?leq_addr // toRD mulrDr; apply: ler_add.
  by rewrite -toR_num; exact: (@div_ge _ b.+1 isT).
by move: le; rewrite addnS.
Qed.

Lemma tails_ge0 k b a : 0 <= toR (nth Z0 (tails C b k) a).
Proof.
elim: k b a => [|k IH] b a; first by case: a => [|[|a]] /=.
case: a => [|a] /=; last exact: IH.
rewrite toRD addr_ge0 // -?nth0 // -[0]/(toR Z0); apply: toR_le; apply: Z.div_pos; lia.
Qed.

Definition table : seq Z := tails C 0 (steps C).
Definition entry (a : nat) : Z := nth Z0 table a.

Lemma entry_le a : toR (entry a) <= 4%:R * (num (scale C))%:R * \sum_(a <= x < steps C) (4 * x.+1)%:R^-1.
Proof.
apply: le_trans (tails_le (steps C) 0 a) _; rewrite !add0n.
rewrite le_eqVlt; apply/orP; left; apply/eqP; rewrite [4%:R * _]mulrC -mulrA; congr (_ * _).
by rewrite mulr_sumr; apply: eq_bigr => x _; rewrite natrM invfM mulrA divff ?mul1r // pnatr_eq0.
Qed.
End Table.

(* distances of points s and t of two cells of [part] points for each offset *)
Lemma distance_bound C i j s t part o : (0 < part)%N -> (0 < fineness C)%N ->
  (t <= s < offsets C * part)%N -> (o * part <= s - t)%N -> (s - t < o.+1 * part)%N -> (o < offsets C)%N ->
  let cell := (offsets C * part)%N in
  (fineness C * ((i * cell + s) - (j * cell + t)) < distance C o i j * part)%N /\
  (fineness C * ((j * cell + t) - (i * cell + s)) < distance C o i j * part)%N.
Proof.
move=> p0 k0 /andP[ts sc] s1 s2 oo cell; rewrite /distance.
move: (offsets C) (fineness C) k0 oo @cell sc => off k k0 oo cell sc.
have [r rE] : exists r, r = (s - t)%N by exists (s - t)%N.
rewrite -rE in s1 s2; have sE : s = (t + r)%N by rewrite rE subnKC.
have kr : (k * r < k * o.+1 * part)%N by rewrite -mulnA ltn_mul2l k0.
have kr' : (k * o * part <= k * r)%N by rewrite -mulnA leq_mul2l s1 orbT.
case: (leqP j i) => ij.
  have [d ->] : exists d, i = (j + d)%N by exists (i - j)%N; rewrite subnKC.
  have -> : ((j + d) * cell + s - (j * cell + t) = d * cell + r)%N by rewrite sE mulnDl;
    move: (j * cell)%N (d * cell)%N => u v; lia.
  have -> : (j * cell + t - ((j + d) * cell + s) = 0)%N by rewrite sE mulnDl; move: (j * cell)%N (d * cell)%N => u v;
    lia.
  rewrite addKn muln0 muln_gt0 p0 andbT; split; last by rewrite addn_gt0 orbC muln_gt0 k0.
  have -> : (k * (d * cell + r) = off * k * d * part + k * r)%N by rewrite /cell; lia.
  by rewrite mulnDl ltn_add2l.
have [d [-> d0]] : exists d, j = (i + d)%N /\ (0 < d)%N by exists (j - i)%N; split;
  [rewrite subnKC // ltnW|rewrite subn_gt0].
rewrite addKn.
have dk : (k * o <= off * k * d)%N.
  by apply: (@leq_trans (off * k)); [rewrite mulnC leq_mul2r (ltnW oo) orbT | rewrite leq_pmulr].
have rc : (r <= d * cell)%N by apply: (@leq_trans cell); [rewrite rE; lia | rewrite leq_pmull].
have -> : (i * cell + s - ((i + d) * cell + t) = 0)%N.
  by rewrite sE mulnDl; move: (i * cell)%N (d * cell)%N rc => u v rc; lia.
have -> : ((i + d) * cell + t - (i * cell + s) = d * cell - r)%N.
  by rewrite sE mulnDl; move: (i * cell)%N (d * cell)%N rc => u v rc; lia.
rewrite muln0 muln_gt0 p0; split=> //.
rewrite mulSn mulnBr mulnBl.
have -> : (k * (d * cell) = off * k * d * part)%N by rewrite /cell; lia.
have pk : (k * o * part <= off * k * d * part)%N by rewrite leq_mul2r dk orbT.
by move: (off * k * d * part)%N (k * o * part)%N (k * r)%N kr' pk => u v x; lia.
Qed.

Section Growth.
Variables (R : realFieldType) (C : certificate) (q e : nat).
Hypotheses (ok : certificate_check C) (e0 : (0 < e)%N) (qE : (q = steps C * e)%N).
Local Notation Q := (q + q)%N.
Local Notation N := (Q * Q)%N.
Local Notation M := (N + N)%N.
Local Notation toR := (toR R).
Local Notation w := (weight C).

(* the points of one part of a cell, and of a cell *)
Definition part : nat := (4 * steps C * fineness C * e * e)%N.
Definition cell : nat := (offsets C * part)%N.

Lemma shape : shape_check C. Proof. by case/and3P: ok. Qed.
Lemma half0 : (0 < half C)%N. Proof. by case/and5P: shape. Qed.
Lemma offsets0 : (0 < offsets C)%N. Proof. by case/and5P: shape. Qed.
Lemma fineness0 : (0 < fineness C)%N. Proof. by case/and5P: shape. Qed.
Lemma least0 : (0 < least C)%N. Proof. by case/and5P: shape => _ _ _ _ /and5P[]. Qed.
Lemma middle0 : (0 < middle C)%N. Proof. by case/and5P: shape => _ _ _ _ /and5P[]. Qed.
Lemma middle_left : (middle C <= w (half C).-1)%N. Proof. by case/and5P: shape => _ _ _ _ /and5P[]. Qed.
Lemma middle_right : (middle C <= w (half C))%N. Proof. by case/and5P: shape => _ _ _ _ /and5P[]. Qed.
Lemma count_half : count C = (half C + half C)%N.
Proof. by case/and5P: shape => even _ _ _ _; rewrite -[LHS]odd_double_half (negbTE even) addnn. Qed.
Lemma steps0 : (0 < steps C)%N. Proof. by rewrite !muln_gt0 half0 offsets0 fineness0. Qed.
Lemma q0 : (0 < q)%N. Proof. by rewrite qE muln_gt0 steps0. Qed.
Lemma part0 : (0 < part)%N. Proof. by rewrite /part !(muln_gt0 _ e) e0 muln_gt0 fineness0 muln_gt0 steps0. Qed.
Lemma cell0 : (0 < cell)%N. Proof. by rewrite muln_gt0 offsets0 part0. Qed.

Lemma NE : N = (half C * cell)%N.
Proof.
rewrite /cell /part qE; have -> : (half C * (offsets C * (4 * steps C * fineness C * e * e)) =
  half C * offsets C * fineness C * (4 * steps C * e * e))%N by lia.
by rewrite -/(steps C); lia.
Qed.
Lemma ME : M = (count C * cell)%N. Proof. by rewrite NE count_half mulnDl. Qed.

Lemma weight_least i : (least C <= w i)%N.
Proof.
rewrite /weight; have [lt|ge] := ltnP i (size (weights C)); last by rewrite nth_default.
by apply: all_nthP lt; case/and5P: shape => _ _ _ _ /and5P[].
Qed.

Lemma weight_gt0 i : 0 < (w i)%:R :> R. Proof. by rewrite ltr0n (leq_trans least0) ?weight_least. Qed.

Definition ww (i j : nat) : R := (w i)%:R * (w j)%:R.
Definition bb (i j : nat) : R := (w i)%:R * (w j)%:R / ((w i)%:R + (w j)%:R).
Definition pp (o i j : nat) : R := toR (entry C (distance C o i j)) / (4%:R * (num (scale C))%:R).
Definition beta : R := (num (bound C))%:R / (4%:R * (num (scale C))%:R * (num (pair_scale C))%:R).

Lemma numbers : numbers_check C. Proof. by case/and3P: ok. Qed.
Lemma scale0 : 0 < (num (scale C))%:R :> R. Proof. by case/and5P: numbers => /ltb_nat; rewrite ltr0n. Qed.
Lemma pair_scale0 : 0 < (num (pair_scale C))%:R :> R. Proof. by case/and5P: numbers => _ /ltb_nat; rewrite ltr0n. Qed.

Lemma rate_le i j : toR (rate C i j) / (num (pair_scale C))%:R <= bb i j.
Proof.
have s0 : 0 < (w i)%:R + (w j)%:R :> R by rewrite addr_gt0 ?weight_gt0.
rewrite ler_pdivr_mulr ?pair_scale0 // /bb mulrAC ler_pdivl_mulr // -toR_num -!toR_nat -toRD -!toRM; apply: toR_le.
rewrite /rate /weightZ Z.mul_comm [Z.mul _ (Z.of_N _)]Z.mul_comm; apply: Z.mul_div_le.
by have := leq_trans least0 (weight_least i); move: (w i) (w j) => a b; lia.
Qed.

Lemma pp_kernel i j s t : (i < count C)%N -> (j < count C)%N -> (t <= s < cell)%N ->
  pp ((s - t) %/ part) i j <= kernel R q (i * cell + s) (j * cell + t).
Proof.
move=> _ _ /andP[ts sc]; set o := (_ %/ _)%N; have p0 := part0.
have D0 : 0 < 4%:R * (num (scale C))%:R :> R by rewrite mulr_gt0 ?scale0 ?ltr0n.
rewrite /pp ler_pdivr_mulr // mulrC; apply: le_trans (entry_le R C _) _; rewrite ler_wpmul2l ?(ltW D0) //.
have s1 : (o * part <= s - t)%N by exact: leq_trunc_div.
have s2 : (s - t < o.+1 * part)%N by rewrite ltn_ceil.
have oo : (o < offsets C)%N by rewrite ltn_divLR // (leq_ltn_trans (leq_subr _ _) sc).
have [yz zy] := distance_bound i j p0 fineness0 (introT andP (conj ts sc)) s1 s2 oo.
have big x a : (fineness C * x < a * part)%N -> (steps C * x < a * N)%N.
  move=> lt; have -> : (steps C * x = half C * offsets C * (fineness C * x))%N by rewrite /steps; lia.
  have -> : (a * N = half C * offsets C * (a * part))%N by rewrite NE /cell; lia.
  by rewrite ltn_mul2l muln_gt0 half0 offsets0.
by apply: (@kernel_ge R q (steps C) e steps0 e0 qE); apply: big.
Qed.

Lemma kernelC y z : kernel R q y z = kernel R q z y.
Proof. by apply: eq_bigr => i _; rewrite h_sym. Qed.

Lemma colourings_hold o (A B : nat -> bool) : (o < offsets C)%N ->
  beta * (\sum_(i < count C) \sum_(j < count C) ww i j * dif R (A i) (B j)) <=
  \sum_(i < count C) \sum_(j < count C) pp o i j * bb i j * dif R (A i) (B j).
Proof.
move=> oo; have cut_ok : cut_check (count C) (columns (count C) (excess C (table C) o)).
  by case/and3P: ok => _ _ /allP; apply; rewrite mem_iota.
have D0 := scale0; have D20 := pair_scale0.
have DD : 0 < 4%:R * (num (scale C))%:R * (num (pair_scale C))%:R :> R by rewrite !mulr_gt0 ?D0 ?D20 ?ltr0n.
have ge := checked R A B cut_ok; rewrite /beta mulrAC ler_pdivr_mulr //.
apply: (@le_trans _ _ (\sum_(i < count C) \sum_(j < count C)
   toR (entry C (distance C o i j)) * toR (rate C i j) * dif R (A i) (B j))).
  rewrite -subr_ge0; apply: (le_trans ge); rewrite le_eqVlt; apply/orP; left; apply/eqP.
  rewrite mulr_sumr -sumrB; apply: eq_bigr => i _; rewrite mulr_sumr -sumrB; apply: eq_bigr => j _.
  by rewrite /excess -/(entry C _) /weightZ toRB !toRM toR_num !toR_nat /ww; ring.
rewrite mulr_suml; apply: ler_sum => i _; rewrite mulr_suml; apply: ler_sum => j _.
rewrite [leRHS]mulrAC ler_wpmul2r ?dif_ge0 // /pp.
have -> : toR (entry C (distance C o i j)) / (4%:R * (num (scale C))%:R) * bb i j * (4%:R * (num (scale C))%:R * (num
  (pair_scale C))%:R)
    = toR (entry C (distance C o i j)) * (bb i j * (num (pair_scale C))%:R).
  by field; rewrite gt_eqF.
rewrite ler_wpmul2l ?tails_ge0 //; by rewrite -ler_pdivr_mulr // rate_le.
Qed.

(* the weight of a point: that of its cell, in units of the least one *)
Definition phi (y : 'I_M) : R := (w (y %/ cell))%:R / (least C)%:R.
Lemma least_gt0 : 0 < (least C)%:R :> R. Proof. by rewrite ltr0n least0. Qed.
Lemma phi_ge1 y : 1 <= phi y.
Proof. by rewrite ler_pdivl_mulr ?least_gt0 // mul1r ler_nat weight_least. Qed.

Lemma sumM (f : nat -> R) : \sum_(y < M) f y = \sum_(y < count C * cell) f y.
Proof. by rewrite -!(big_mkord xpredT) ME. Qed.

Definition S : nat := num (sum_weights C).
Lemma sum_weightsE : (\sum_(i < count C) w i = S)%N.
Proof.
rewrite /S /sum_weights /count /weight; elim: (weights C) => [|x ws IH]; first by rewrite big_ord0.
by rewrite big_ord_recl /= IH nat_of_add_bin bin_of_natK.
Qed.

Lemma total_phi : weighted_covering.total phi = S%:R / ((half C)%:R * (least C)%:R) * N%:R.
Proof.
have l0 := least_gt0; have h0 : 0 < (half C)%:R :> R by rewrite ltr0n half0.
rewrite /weighted_covering.total (sumM (fun y => (w (y %/ cell))%:R / (least C)%:R)).
rewrite -(tile (fun y => (w (y %/ cell))%:R / (least C)%:R)).
rewrite (eq_bigr (fun i : 'I_(count C) => (w i)%:R * (cell%:R / (least C)%:R))) => [|i _]; last first.
  rewrite (eq_bigr (fun=> (w i)%:R / (least C)%:R)) => [|s _].
    by rewrite sumr_const card_ord -[LHS]mulr_natr -mulrA [_^-1 * _]mulrC.
  by rewrite divnMDl ?cell0 // divn_small // addn0.
rewrite -mulr_suml -natr_sum sum_weightsE NE natrM.
by field; rewrite !gt_eqF.
Qed.

Theorem growth (K : {set 'I_M}) :
  (num (growth1 C))%:R / (num (growth2 C))%:R * (mu phi K * (weighted_covering.total phi - mu phi K)) <=
  flow (@pg R q) (gadr (flux phi)) phi K * weighted_covering.total phi.
Proof.
have N0 : 0 < N%:R :> R by rewrite ltr0n NE muln_gt0 cell0 half0.
have l0 := least_gt0; have h0 : 0 < (half C)%:R :> R by rewrite ltr0n half0.
pose c (y : nat) := oapp (fun i => i \in K) false (insub y : option 'I_M).
have cK (i : 'I_M) : c i = (i \in K) by rewrite /c valK.
pose A := \sum_(y in K) \sum_(z in ~: K) kernel R q y z * barker phi y z.
have fA : N%:R^-1 * A <= flow (@pg R q) (gadr (flux phi)) phi K by apply: flow_kernel => //; [exact: q0|exact: phi_ge1].
have barkerE (y z : 'I_M) : barker phi y z = at_cell cell bb y z / (least C)%:R.
  have y0 := weight_gt0 (y %/ cell); have z0 := weight_gt0 (z %/ cell).
  by rewrite /barker /phi /at_cell /bb; field; rewrite !gt_eqF ?addr_gt0.
have two_mu : \sum_(y < M) \sum_(z < M) (at_cell cell ww y z / (least C)%:R ^+ 2) * dif R (y \in K) (z \in K) =
    2 * (mu phi K * (weighted_covering.total phi - mu phi K)).
  rewrite (cut_sym K (w := fun y z => at_cell cell ww y z / (least C)%:R ^+ 2)) => [|y z];
    last by rewrite /at_cell /ww [_ * _%:R]mulrC.
  congr (2 * _); rewrite -(mu_compl phi K) addrAC subrr add0r /mu mulr_suml; apply: eq_bigr => y _.
  by rewrite mulr_sumr; apply: eq_bigr => z _; rewrite /at_cell /ww /phi; field; rewrite gt_eqF.
have two_A : \sum_(y < M) \sum_(z < M) (kernel R q y z * (at_cell cell bb y z / (least C)%:R)) * dif R (y \in K) (z \in
  K) = 2 * A.
  rewrite (cut_sym K (w := fun y z => kernel R q y z * (at_cell cell bb y z / (least C)%:R))) => [|y z]; last first.
    by rewrite kernelC /at_cell /bb [(w (y %/ cell))%:R * _]mulrC [(w (y %/ cell))%:R + _]addrC.
  by congr (2 * _); apply: eq_bigr => y _; apply: eq_bigr => z _; rewrite barkerE.
have wwC i j : ww i j = ww j i by rewrite /ww mulrC.
have bbC i j : bb i j = bb j i by rewrite /bb [(w i)%:R * _]mulrC [(w i)%:R + _]addrC.
have bb0 i j : 0 <= bb i j by rewrite /bb divr_ge0 ?mulr_ge0 ?addr_ge0 ?ler0n.
have := cells_cut c cell0 (erefl cell) kernelC wwC bbC bb0 pp_kernel colourings_hold.
have toM (f : nat -> nat -> R) : \sum_(y < count C * cell) \sum_(z < count C * cell) f y z * dif R (c y) (c z)
   = \sum_(y < M) \sum_(z < M) f y z * dif R (y \in K) (z \in K).
  rewrite -(sumM (fun y => \sum_(z < count C * cell) f y z * dif R (c y) (c z))); apply: eq_bigr => y _.
  by rewrite -(sumM (fun z => f y z * dif R (c y) (c z))); apply: eq_bigr => z _; rewrite !cK.
rewrite (toM (at_cell cell ww)) (toM (fun y z => kernel R q y z * at_cell cell bb y z)) => le.
have {}le : beta * (least C)%:R * (mu phi K * (weighted_covering.total phi - mu phi K)) <= A.
  move: le.
  have -> : \sum_(y < M) \sum_(z < M) at_cell cell ww y z * dif R (y \in K) (z \in K) =
      (least C)%:R ^+ 2 * (2 * (mu phi K * (weighted_covering.total phi - mu phi K))).
    by rewrite -two_mu mulr_sumr; apply: eq_bigr => y _; rewrite mulr_sumr; apply: eq_bigr => z _; field;
      rewrite gt_eqF.
  have -> : \sum_(y < M) \sum_(z < M) kernel R q y z * at_cell cell bb y z * dif R (y \in K) (z \in K) = (least C)%:R *
    (2 * A).
    by rewrite -two_A mulr_sumr; apply: eq_bigr => y _; rewrite mulr_sumr; apply: eq_bigr => z _; field; rewrite gt_eqF.
  move=> le; rewrite -(ler_pmul2l (_ : 0 < (least C)%:R * 2 :> R)) ?mulr_gt0 ?ltr0n ?least0 //.
  rewrite (_ : (least C)%:R * 2 * (beta * (least C)%:R * (mu phi K * (weighted_covering.total phi - mu phi K))) =
     beta * ((least C)%:R ^+ 2 * (2 * (mu phi K * (weighted_covering.total phi - mu phi K))))); last by ring.
  by rewrite -[leRHS]mulrA.
have m0 : 0 <= mu phi K * (weighted_covering.total phi - mu phi K).
  rewrite -(mu_compl phi K) addrAC subrr add0r mulr_ge0 // (le_trans (ler0n _ _) (mu_card phi_ge1 _)) //.
have t0 : 0 <= weighted_covering.total phi by rewrite total_phi mulr_ge0 ?divr_ge0 ?mulr_ge0 ?ler0n.
apply: le_trans (_ : N%:R^-1 * A * weighted_covering.total phi <= _); last by rewrite ler_wpmul2r.
have -> : N%:R^-1 * A * weighted_covering.total phi = S%:R / ((half C)%:R * (least C)%:R) * A.
  by rewrite total_phi; move: (N%:R) N0 => k k0; field; rewrite !gt_eqF.
apply: le_trans (_ : S%:R / ((half C)%:R * (least C)%:R) * (beta * (least C)%:R * (mu phi K * (weighted_covering.total
  phi - mu phi K))) <= _); last first.
  by rewrite ler_wpmul2l // divr_ge0 ?mulr_ge0 ?ler0n.
rewrite (_ : S%:R / ((half C)%:R * (least C)%:R) * (beta * (least C)%:R * (mu phi K * (weighted_covering.total phi - mu
  phi K))) =
  S%:R / (half C)%:R * beta * (mu phi K * (weighted_covering.total phi - mu phi K))); last by field; rewrite !gt_eqF.
rewrite ler_wpmul2r //; have D0 := scale0; have D20 := pair_scale0.
have /and5P[_ _ _ /ltb_nat g20 /and3P[_ /leb_nat le1 _]] := numbers.
have g2 : 0 < (num (growth2 C))%:R :> R by rewrite ltr0n.
rewrite /beta ler_pdivr_mulr // mulrAC mulrA ler_pdivl_mulr ?mulr_gt0 ?D0 ?D20 ?ltr0n //.
rewrite -(ler_pmul2r h0); have -> : S%:R / (half C)%:R * (num (growth2 C))%:R * (num (bound C))%:R * (half C)%:R =
   S%:R * (num (growth2 C))%:R * (num (bound C))%:R :> R by field; rewrite gt_eqF.
move: le1; rewrite !(nat_of_mul_bin, bin_of_natK) -/S -(ler_nat R) !natrM => le1.
have -> : (num (growth1 C))%:R * (4%:R * (num (scale C))%:R * (num (pair_scale C))%:R) * (half C)%:R =
  (num (growth1 C))%:R * (num 4)%:R * (num (scale C))%:R * (num (pair_scale C))%:R * (half C)%:R :> R.
  by rewrite (_ : num 4 = 4%N) //; ring.
by apply: (le_trans le1); rewrite le_eqVlt; apply/orP; left; apply/eqP; ring.
Qed.
End Growth.
