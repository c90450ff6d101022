(* R5, the small-radius cut lemma, on M points: 4 r^2 a (M - a) <= M^2 times the number of pairs of different colours at
   distance at most r, for a black points and 2 r <= M. Pairs at distance exactly r count half (h counts them once and
   nearer pairs twice). Points are added on the right, one by one, to the first 2 r points, for which R1 holds. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import r1_four_cycle.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* 2 within distance r - 1, 1 at distance r, else 0 *)
Definition h (r y z : nat) : nat :=
  (((y < z + r) && (z < y + r)) + ((y <= z + r) && (z <= y + r)))%N.

Lemma h_sym r y z : h r y z = h r z y. Proof. by rewrite /h; lia. Qed.
Lemma h_le r y z : (h r y z <= 2)%N. Proof. by rewrite /h; lia. Qed.
Lemma h_far r k z : (z < k)%N -> h r (k + r) z = 0%N. Proof. by rewrite /h; lia. Qed.
Lemma h_edge r k : (0 < r)%N -> h r (k + r) k = 1%N. Proof. by rewrite /h; lia. Qed.
Lemma h_near r k i : (0 < i < r)%N -> h r (k + r) (i + k) = 2%N. Proof. by rewrite /h; lia. Qed.

(* the weight of what lies to the left of a point that has at least r points there *)
Lemma h_left r y : (0 < r <= y)%N -> (\sum_(0 <= z < y) h r y z = r.*2.-1)%N.
Proof.
move=> /andP[r0 /subnK <-]; set k := (y - r)%N.
rewrite (big_cat_nat _ (n := k)) ?leq_addr //= big_nat big1 => [|z /andP[_ zk]]; last exact: h_far.
rewrite add0n -[X in (\sum_(X <= _ < _) _)%N]add0n big_addn addKn.
rewrite big_ltn // add0n h_edge //.
rewrite (eq_big_nat _ _ (F2 := fun=> 2%N)) => [|i ir]; last by rewrite h_near.
by rewrite sum_nat_const_nat; lia.
Qed.

Lemma all_pairs (R : realFieldType) M (c : 'I_M -> bool) (f : R) : f = \sum_y (c y)%:R ->
  2 * (f * (M%:R - f)) = \sum_(y < M) \sum_(z < M) dif R (c y) (c z).
Proof.
move=> fE; have E y : \sum_(z < M) dif R (c y) (c z) = (M%:R - 2 * f) * (c y)%:R + f.
  under eq_bigr do rewrite difE mulrA.
  by rewrite sumrB big_split /= sumr_const card_ord -mulr_sumr -fE -mulr_natl; ring.
rewrite (eq_bigr _ (fun y _ => E y)) big_split /= -mulr_sumr -fE sumr_const card_ord -mulr_natl.
by ring.
Qed.

Section Cut.
Variables (R : realFieldType) (r : nat) (c : nat -> bool).
Hypothesis r0 : (0 < r)%N.

(* mixed pairs of points below M, and black points below M *)
Definition U (M : nat) : R := \sum_(0 <= y < M) \sum_(0 <= z < y) (h r y z)%:R * dif R (c y) (c z).
Definition blacks (M : nat) : nat := \sum_(0 <= y < M) c y.
Definition phi (a : nat) : R := (minn a r)%:R * (2 * r%:R - (minn a r)%:R).

Lemma phi_step a : phi a.+1 <= phi a + Num.max 0 (2 * r%:R - 1 - 2 * a%:R).
Proof.
rewrite /phi; have [ar|ra] := ltnP a r; last first.
  by rewrite (minn_idPr (leqW ra)) ler_addl le_maxr lexx.
rewrite (minn_idPl ar).
have -> : a.+1%:R * (2 * r%:R - a.+1%:R) =
  a%:R * (2 * r%:R - a%:R) + (2 * r%:R - 1 - 2 * a%:R) :> R by rewrite mulrSr; ring.
by rewrite ler_add2l le_maxr lexx orbT.
Qed.

Lemma U_step M : (r <= M)%N -> c M ->
  Num.max 0 (2 * r%:R - 1 - 2 * (blacks M)%:R) <= \sum_(0 <= z < M) (h r M z)%:R * dif R (c M) (c z).
Proof.
move=> rM cM; rewrite le_maxl; apply/andP; split.
  by apply: sumr_ge0 => z _; rewrite mulr_ge0 ?ler0n ?dif_ge0.
have -> : 2 * r%:R - 1 = \sum_(0 <= z < M) (h r M z)%:R :> R.
  rewrite -natr_sum h_left ?r0 // -[1]/(1%:R) -natrM -natrB ?mul2n ?subn1 //; lia.
rewrite /blacks natr_sum mulr_sumr -sumrB; apply: ler_sum => z _.
rewrite cM /dif; case: (c z) => /=; rewrite ?mulr1 ?mulr0 ?subr0 //.
by rewrite subr_le0 (ler_nat _ _ 2) h_le.
Qed.

(* R5: if black is not the majority among the first 2r points *)
Lemma cut_grows L : (blacks (r + r) <= r)%N -> phi (blacks (r + r)) <= U (r + r) ->
  phi (blacks (r + r + L)) <= U (r + r + L).
Proof.
move=> few start; elim: L => [|L IH]; first by rewrite addn0.
rewrite addnS /U /blacks !big_nat_recr //= -/(U _) -/(blacks _).
set M := (r + r + L)%N in IH *; have rM : (r <= M)%N by rewrite /M; lia.
case cM: (c M); last first.
  rewrite addn0; apply: le_trans IH _; rewrite ler_addl.
  by apply: sumr_ge0 => z _; rewrite mulr_ge0 ?ler0n ?dif_ge0.
rewrite addn1; apply: le_trans (phi_step _) _; apply: ler_add => //.
by have := U_step rM cM; rewrite cM.
Qed.

Lemma sum_sym (F : nat -> nat -> R) M : (forall y z, F y z = F z y) -> (forall y, F y y = 0) ->
  \sum_(0 <= y < M) \sum_(0 <= z < M) F y z = 2 * \sum_(0 <= y < M) \sum_(0 <= z < y) F y z.
Proof.
move=> FC F0; elim: M => [|M IH]; first by rewrite !big_nil mulr0.
rewrite !big_nat_recr //= F0 addr0.
under eq_bigr do rewrite big_nat_recr //=.
have e : \sum_(0 <= y < M) F y M = \sum_(0 <= z < M) F M z by apply: eq_bigr => y _; exact: FC.
by rewrite big_split /= IH e mulrDr -addrA; congr (_ + _); rewrite mulrDl mul1r.
Qed.

Lemma U_all M : \sum_(y < M) \sum_(z < M) (h r y z)%:R * dif R (c y) (c z) = 2 * U M.
Proof.
rewrite -sum_sym => [|y z|y]; last by rewrite /dif addbb mulr0.
  by rewrite big_mkord; apply: eq_bigr => y _; rewrite big_mkord.
by rewrite h_sym dif_sym.
Qed.

(* R1 on the first 2r points *)
Lemma cut_start : (blacks (r + r))%:R * ((r + r)%:R - (blacks (r + r))%:R) <= U (r + r).
Proof.
have r1 : 0 < 2 :> R by rewrite ltr0n.
rewrite -(ler_pmul2l r1) -U_all.
have fc := @four_cycle R r (fun i => c i) (fun _ _ => 1) (fun _ _ => ler01) (fun _ _ => erefl) (fun _ _ => erefl).
apply: le_trans (_ : \sum_(y < r + r) \sum_(z < r + r) dif R (c y) (c z) <= _).
  have -> : (blacks (r + r))%:R = \sum_(y < r + r) (c y)%:R :> R by rewrite /blacks natr_sum big_mkord.
  by rewrite (@all_pairs R (r + r) (fun i => c i)).

have -> : \sum_(y < r + r) \sum_(z < r + r) (h r y z)%:R * dif R (c y) (c z) =
    \sum_(y < r + r) \sum_(z < r + r) 1 * short R r y z * dif R (c y) (c z)
  + \sum_(y < r + r) \sum_(z < r + r) ((y <= z + r) && (z <= y + r))%N%:R * dif R (c y) (c z).
  rewrite -big_split; apply: eq_bigr => y _; rewrite -big_split; apply: eq_bigr => z _ /=.
  by rewrite /h /short natrD mulrDl mul1r.
apply: le_trans (ler_add fc (lexx _)).
rewrite -big_split; apply: ler_sum => y _; rewrite -big_split; apply: ler_sum => z _ /=.
rewrite -mulrDl mul1r -[leLHS]mul1r ler_wpmul2r ?dif_ge0 // /long -natrD ler1n.
by lia.
Qed.

Lemma phi_small : (blacks (r + r) <= r)%N -> phi (blacks (r + r)) <= U (r + r).
Proof.
move=> few; apply: le_trans _ cut_start; rewrite /phi (minn_idPl few) natrD.
by rewrite le_eqVlt; apply/orP; left; apply/eqP; ring.
Qed.


End Cut.

Lemma phi_quad (R : realFieldType) (r M a : nat) : (r + r <= M)%N -> (a <= M)%N ->
  4%:R * r%:R ^+ 2 * (a%:R * (M%:R - a%:R)) <= M%:R ^+ 2 * phi R r a.
Proof.
move=> rM aM; rewrite /phi; set x : R := a%:R; set m : R := M%:R; set s : R := r%:R.
have x0 : 0 <= x by rewrite ler0n. have s0 : 0 <= s by rewrite ler0n.
have xm : 0 <= m - x by rewrite subr_ge0 ler_nat.
have sm : 0 <= m - 2 * s by rewrite /m /s -natrM mul2n -addnn subr_ge0 ler_nat.
rewrite -subr_ge0; have [ra|ar] := leqP r a.
  have -> : m ^+ 2 * (s * (2 * s - s)) - 4%:R * s ^+ 2 * (x * (m - x)) = (s * (m - 2 * x)) ^+ 2.
    by ring.
  by rewrite exprn_even_ge0.
have sx : 0 <= s - x by rewrite subr_ge0 ler_nat ltnW.
have -> : m ^+ 2 * (x * (2 * s - x)) - 4%:R * s ^+ 2 * (x * (m - x)) =
  x * (m - 2 * s) * ((s - x) * (m + 2 * s) + s * (m - 2 * s)) by ring.
apply: mulr_ge0; first exact: mulr_ge0.
apply: addr_ge0; apply: mulr_ge0 => //; apply: addr_ge0; rewrite ?ler0n //.
by rewrite mulr_ge0 ?ler0n.
Qed.

(* R5 and R6: the cut at radius r of every set of cells *)
Theorem small_radius_cut (R : realFieldType) (r M : nat) (K : {set 'I_M}) :
  (0 < r)%N -> (r + r <= M)%N ->
  4%:R * r%:R ^+ 2 * (#|K|%:R * (M%:R - #|K|%:R)) <=
  M%:R ^+ 2 * \sum_(y in K) \sum_(z in ~: K) (h r y z)%:R :> R.
Proof.
move=> r0 rM.
pose c (y : nat) := oapp (fun i => i \in K) false (insub y : option 'I_M).
have cK (i : 'I_M) : c i = (i \in K) by rewrite /c valK.
have [S SE] : exists S : R, S = \sum_(y in K) \sum_(z in ~: K) (h r y z)%:R by eexists.
have two0 : 0 < 2 :> R by rewrite ltr0n.
have US : U R r c M = S.
  apply: (mulfI (lt0r_neq0 two0)); rewrite -U_all SE.
  rewrite -(@cut_sym R M (fun y z => (h r y z)%:R)) => [|y z]; last by rewrite h_sym.
  by apply: eq_bigr => y _; apply: eq_bigr => z _; rewrite !cK.
have cardK : blacks c M = #|K|.
  by rewrite /blacks big_mkord -sum1_card [RHS]big_mkcond; apply: eq_bigr => y _; rewrite cK; case: (y \in K).
have KM : (#|K| <= M)%N by rewrite -[leqRHS]card_ord max_card.
rewrite -SE; have [few|many] := leqP (blacks c (r + r)) r.
  have := cut_grows r0 (M - (r + r)) few (phi_small R r0 few); rewrite subnKC // US cardK => le.
  by apply: le_trans (phi_quad R rM KM) _; rewrite ler_wpmul2l ?exprn_ge0 ?ler0n.
pose d y := ~~ c y.
have dsum L : (blacks d L + blacks c L = L)%N.
  rewrite /blacks -big_split /= (eq_bigr (fun=> 1%N)) => [|y _]; last by rewrite /d; case: (c y).
  by rewrite sum_nat_const_nat subn0 muln1.
have few : (blacks d (r + r) <= r)%N by have := dsum (r + r)%N; lia.
have Ud : U R r d M = S.
  rewrite -US; apply: eq_bigr => y _; apply: eq_bigr => z _.
  by rewrite /dif /d; case: (c y); case: (c z).
have := cut_grows r0 (M - (r + r)) few (phi_small R r0 few); rewrite subnKC // Ud => le.
have dM : blacks d M = (M - #|K|)%N by have := dsum M; rewrite cardK; lia.
have dM' : (M - #|K| <= M)%N by exact: leq_subr.
rewrite dM in le; have := phi_quad R rM dM'; rewrite natrB //.
have -> : (M%:R - #|K|%:R) * (M%:R - (M%:R - #|K|%:R)) = #|K|%:R * (M%:R - #|K|%:R) :> R by ring.
by move=> /le_trans; apply; rewrite ler_wpmul2l ?exprn_ge0 ?ler0n.
Qed.
