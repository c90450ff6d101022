(* The eight-point lemma (Mathematics 2.22): weights 1, 3, 3, 1 on the quarters of the window give the growth 9/32
   to the uniform law on the odd multiples of 1/N, 4 | N, so that the chance of failure falls like (23/32)^n instead
   of (3/4)^n. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import probability r1_four_cycle r2_odd_cut r3_contraction r4_subset_sum r4_uniform weighted_covering.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Eight.
Local Open Scope nat_scope.
Variable q : nat.
Hypotheses (q0 : (0 < q)%N) (evenq : ~~ odd q).
Local Notation N := (q + q)%N.
Local Notation M := (N + N)%N.

Definition f (y : nat) : nat := if (q <= y < N + q)%N then 3 else 1.
Definition v (a b : nat) : nat := if (a == 1) && (b == 1) then 32 else if (a == 3) && (b == 3) then 96 else 48.
Definition near (y z : nat) : bool := (y < z + N)%N && (z < y + N)%N.

Lemma sum4 (F : 'I_M -> nat) : (\sum_y F y = \sum_(s < q)
  (F (lshift N (lshift q s)) + F (lshift N (rshift q s)) + F (rshift N (lshift q s)) + F (rshift N (rshift q s))))%N.
Proof. by rewrite !big_split_ord /= -!big_split; apply: eq_bigr => s _ /=; lia. Qed.

Lemma weights s : (s < q)%N -> [/\ f s = 1, f (q + s) = 3, f (N + s) = 3 & f (N + (q + s)) = 1]%N.
Proof. by move=> sq; rewrite /f; split; case: ifP; lia. Qed.

Lemma nears s t : (s < q -> t < q ->
  [/\ [/\ near s t, near s (q + t), near s (N + t) = (t < s) & near s (N + (q + t)) = false],
      [/\ near (q + s) t, near (q + s) (q + t), near (q + s) (N + t) & near (q + s) (N + (q + t)) = (t < s)],
      [/\ near (N + s) t = (s < t), near (N + s) (q + t), near (N + s) (N + t) & near (N + s) (N + (q + t))]
    & [/\ near (N + (q + s)) t = false, near (N + (q + s)) (q + t) = (s < t), near (N + (q + s)) (N + t)
        & near (N + (q + s)) (N + (q + t))]])%N.
Proof. by move=> sq tq; rewrite /near; split; split; lia. Qed.

(* 256 colourings, two orders *)
Definition both (P : bool -> bool) : bool := P true && P false.
Lemma bothP P : both P -> forall b, P b. Proof. by case/andP => pt pf []. Qed.

Definition colouring (o lt a0 a1 a2 a3 b0 b1 b2 b3 : bool) : bool := let gt := ~~ lt in
     o * (9 * (1 * 1)) * (a0 (+) b0) + o * (9 * (1 * 3)) * (a0 (+) b1) + o * (9 * (1 * 3)) * (a0 (+) b2) + o * (9 * (1
       * 1)) * (a0 (+) b3) +
     (o * (9 * (3 * 1)) * (a1 (+) b0) + o * (9 * (3 * 3)) * (a1 (+) b1) + o * (9 * (3 * 3)) * (a1 (+) b2) + o * (9 * (3
       * 1)) * (a1 (+) b3)) +
     (o * (9 * (3 * 1)) * (a2 (+) b0) + o * (9 * (3 * 3)) * (a2 (+) b1) + o * (9 * (3 * 3)) * (a2 (+) b2) + o * (9 * (3
       * 1)) * (a2 (+) b3)) +
     (o * (9 * (1 * 1)) * (a3 (+) b0) + o * (9 * (1 * 3)) * (a3 (+) b1) + o * (9 * (1 * 3)) * (a3 (+) b2) + o * (9 * (1
       * 1)) * (a3 (+) b3))
  <= o * (1 * v 1 1) * (a0 (+) b0) + o * (1 * v 1 3) * (a0 (+) b1) + o * (gt * v 1 3) * (a0 (+) b2) + o * (0 * v 1 1) *
    (a0 (+) b3) +
     (o * (1 * v 3 1) * (a1 (+) b0) + o * (1 * v 3 3) * (a1 (+) b1) + o * (1 * v 3 3) * (a1 (+) b2) + o * (gt * v 3 1)
       * (a1 (+) b3)) +
     (o * (lt * v 3 1) * (a2 (+) b0) + o * (1 * v 3 3) * (a2 (+) b1) + o * (1 * v 3 3) * (a2 (+) b2) + o * (1 * v 3 1)
       * (a2 (+) b3)) +
     (o * (0 * v 1 1) * (a3 (+) b0) + o * (lt * v 1 3) * (a3 (+) b1) + o * (1 * v 1 3) * (a3 (+) b2) + o * (1 * v 1 1)
       * (a3 (+) b3)).

Lemma colourings o lt a0 a1 a2 a3 b0 b1 b2 b3 : colouring o lt a0 a1 a2 a3 b0 b1 b2 b3.
Proof.
have H : both (fun o => both (fun lt => both (fun a0 => both (fun a1 => both (fun a2 => both (fun a3 =>
  both (fun b0 => both (fun b1 => both (fun b2 => both (fun b3 => colouring o lt a0 a1 a2 a3 b0 b1 b2 b3)))))))))) by
    vm_compute.
by move: H => /bothP /(_ o) /bothP /(_ lt) /bothP /(_ a0) /bothP /(_ a1) /bothP /(_ a2) /bothP /(_ a3) /bothP /(_ b0)
  /bothP /(_ b1) /bothP /(_ b2) /bothP /(_ b3).
Qed.

Lemma eight_points (c : 'I_M -> bool) :
  (\sum_(y < M) \sum_(z < M) odd (y + z) * (9 * (f y * f z)) * (c y (+) c z) <=
   \sum_(y < M) \sum_(z < M) odd (y + z) * (near y z * v (f y) (f z)) * (c y (+) c z))%N.
Proof.
rewrite !sum4; under eq_bigr do rewrite !sum4 -!big_split /=.
under [X in (_ <= X)%N]eq_bigr do rewrite !sum4 -!big_split /=.
apply: leq_sum => s _; apply: leq_sum => t _ /=.
have [f0 f1 f2 f3] := weights (ltn_ord s); have [g0 g1 g2 g3] := weights (ltn_ord t).
have [[n00 n01 n02 n03] [n10 n11 n12 n13] [n20 n21 n22 n23] [n30 n31 n32 n33]] := nears (ltn_ord s) (ltn_ord t).
rewrite !f0 !f1 !f2 !f3 !g0 !g1 !g2 !g3 !n00 !n01 !n02 !n03 !n10 !n11 !n12 !n13 !n20 !n21 !n22 !n23 !n30 !n31 !n32 !n33.
rewrite !oddD (negbTE evenq) /=.
move: (c (lshift N (lshift q s))) (c (lshift N (rshift q s))) (c (rshift N (lshift q s))) (c (rshift N (rshift q s)))
  => a0 a1 a2 a3.
move: (c (lshift N (lshift q t))) (c (lshift N (rshift q t))) (c (rshift N (lshift q t))) (c (rshift N (rshift q t)))
  => b0 b1 b2 b3.
case: (ltngtP s t) => [_|_|->]; last by rewrite addbb !mul0n.
  exact: (colourings (odd s (+) odd t) true a0 a1 a2 a3 b0 b1 b2 b3).
exact: (colourings (odd s (+) odd t) false a0 a1 a2 a3 b0 b1 b2 b3).
Qed.
End Eight.

Section WeightedOdd.
Variables (R : realFieldType) (q : nat).
Hypotheses (q0 : (0 < q)%N) (evenq : ~~ odd q).
Local Notation N := (q + q)%N.
Local Notation M := (N + N)%N.
Local Notation f := (f q).
Local Notation near := (near q).
Definition ph (y : 'I_M) : R := (f y)%:R.

Lemma ph_ge1 y : 1 <= ph y. Proof. by rewrite ler1n /f; case: ifP. Qed.

Lemma chi_weights : \sum_(y < M) chi R y * ph y = 0.
Proof.
have chq s : chi R (q + s) = chi R s by rewrite /chi exprD -signr_odd (negbTE evenq) mul1r.
have chN s : chi R (N + s) = chi R s by rewrite -addnA !chq.
rewrite !big_split_ord /= -!big_split /= (eq_bigr (fun s : 'I_q => 8%:R * chi R s)) => [|s _].
  by rewrite -mulr_sumr -(odd_double_half q) (negbTE evenq) add0n -addnn sum_chi mulr0.
have [f0 f1 f2 f3] := weights q0 evenq (ltn_ord s).
by rewrite /ph /= f0 f1 f2 f3 !chN !chq; ring.
Qed.

Lemma total_ph : total ph = 4%:R * N%:R.
Proof.
rewrite /total !big_split_ord /= -!big_split /= (eq_bigr (fun s : 'I_q => 8%:R)) => [|s _].
  by rewrite sumr_const card_ord -[LHS]mulr_natr natrD; ring.
have [f0 f1 f2 f3] := weights q0 evenq (ltn_ord s).
by rewrite /ph /= f0 f1 f2 f3; ring.
Qed.

Lemma odd_pairs_w (K : {set 'I_M}) :
  mu ph K * (total ph - mu ph K) <=
  \sum_(y < M) \sum_(z < M) (odd (y + z))%:R * (ph y * ph z) * dif R (y \in K) (z \in K).
Proof.
pose c y : R := (y \in K)%:R; pose a := \sum_y ph y * c y.
pose b := \sum_(y < M) chi R y * (ph y * c y); pose I := \sum_y ph y; pose Z := \sum_(y < M) chi R y * ph y.
pose S (F : 'I_M -> 'I_M -> R) := \sum_y \sum_z F y z.
have SD F G : S (fun y z => F y z + G y z) = S F + S G.
  by rewrite /S -big_split; apply: eq_bigr => y _; rewrite -big_split.
have SZ k F : S (fun y z => k * F y z) = k * S F.
  by rewrite /S mulr_sumr; apply: eq_bigr => y _; rewrite mulr_sumr.
have SM F G : S (fun y z => F y * G z) = (\sum_y F y) * (\sum_z G z).
  by rewrite /S big_distrlr.
have -> : mu ph K = a.
  rewrite /mu /a big_mkcond; apply: eq_bigr => y _; rewrite /c; case: (y \in K); by rewrite ?mulr1 ?mulr0.
have -> : total ph = I by [].
rewrite -/(S (fun y z => (odd (y + z))%:R * (ph y * ph z) * dif R (y \in K) (z \in K))).
have -> : S (fun y z => (odd (y + z))%:R * (ph y * ph z) * dif R (y \in K) (z \in K)) = S (fun y z =>
   2^-1 * ((ph y * c y) * ph z + (ph y * (ph z * c z) + ((-2) * ((ph y * c y) * (ph z * c z))
    + ((-1) * (chi R y * (ph y * c y) * (chi R z * ph z)) + ((-1) * (chi R y * ph y * (chi R z * (ph z * c z)))
    + 2 * (chi R y * (ph y * c y) * (chi R z * (ph z * c z))))))))).
  by apply: eq_bigr => y _; apply: eq_bigr => z _; rewrite difE oddE -/(c y) -/(c z);
    move: (chi R y) (chi R z) (ph y) (ph z) (c y) (c z) => u1 u2 u3 u4 u5 u6; field.
rewrite SZ !SD !SZ !SM -/a -/b -/I -/Z.
have -> : Z = 0 by exact: chi_weights.
rewrite -subr_ge0 (_ : _ - _ = b ^+ 2) ?sqr_ge0 //; by field.
Qed.

Definition cross (y z : nat) : R := (odd (y + z))%:R * ((near y z)%:R * (v (f y) (f z))%:R).

Lemma cross_barker (y z : 'I_M) : cross y z = 64%:R * ((odd (y + z))%:R * short R N y z * barker ph y z).
Proof.
rewrite /cross /short /near /barker /ph /v /f; move: (odd _)%:R (_ && _)%:R => o s.
by case: (q <= y < N + q)%N; case: (q <= z < N + q)%N => /=; field.
Qed.

Lemma cross_sym y z : cross y z = cross z y.
Proof.
rewrite /cross addnC /near andbC; congr (_ * (_ * _)); congr _%:R.
by rewrite /v /f; case: (q <= y < N + q)%N; case: (q <= z < N + q)%N.
Qed.

Lemma growth_weighted (K : {set 'I_M}) :
  9%:R / 32%:R * (mu ph K * (total ph - mu ph K)) <= flow (@pu R N) (fun _ => @oddw N) ph K * total ph.
Proof.
have N0 : 0 < N%:R :> R by rewrite ltr0n; lia.
set A := _ * (total ph - _); pose S : R := \sum_(y in K) \sum_(z in ~: K) cross y z.
have flowE : flow (@pu R N) (fun _ => @oddw N) ph K = S / (64%:R * N%:R).
  have Nn : (0 < N)%N by lia.
  have evenN : ~~ odd N by rewrite oddD addbb.
  have E : \sum_(x < N) \sum_(y in K) \sum_(z in ~: K) (hit y z (oddw x))%:R * barker ph y z = S / 64%:R.
    rewrite /S mulr_suml exchange_big; apply: eq_bigr => y _ /=.
    rewrite mulr_suml exchange_big; apply: eq_bigr => z _ /=.
    by rewrite -mulr_suml (hit_sum R Nn evenN) cross_barker; field.
  by rewrite /flow /flux -mulr_sumr E /pu; field; rewrite -natrD gt_eqF.
have two : 9%:R * A <= 2 * S.
  rewrite -(cut_sym K cross_sym); apply: le_trans (ler_wpmul2l (ler0n R 9) (odd_pairs_w K)) _.
  have := eight_points q0 evenq (fun y => y \in K); rewrite -(ler_nat R) !natr_sum => le.
  apply: (@le_trans _ _ (\sum_(y < M) (\sum_(z < M) odd (y + z) * (9 * (f y * f z)) * ((y \in K) (+) (z \in K)))%N%:R)).
    rewrite mulr_sumr le_eqVlt; apply/orP; left; apply/eqP/eq_bigr => y _.
    rewrite natr_sum mulr_sumr; apply: eq_bigr => z _; rewrite /dif /ph !natrM; ring.
  apply: le_trans le _; rewrite le_eqVlt; apply/orP; left; apply/eqP/eq_bigr => y _.
  by rewrite natr_sum; apply: eq_bigr => z _; rewrite /dif /cross !natrM.
rewrite flowE total_ph.
have -> : S / (64%:R * N%:R) * (4%:R * N%:R) = S / 16%:R by field; rewrite -natrD gt_eqF.
rewrite ler_pdivl_mulr ?ltr0n // -(ler_pmul2l (ltr0n R 2 : 0 < 2)); apply: le_trans _ two.
by rewrite le_eqVlt; apply/orP; left; apply/eqP; field.
Qed.

(* R4 with weights: eps = 2c/N, chance at most (23/32)^n 32/(3 eps^2) *)
Theorem random_subset_sum_weighted (c n : nat) : (0 < c <= q)%N ->
  exists B : {set n.-tuple 'I_N},
    #|B|%:R <= (23%:R / 32%:R) ^+ n * (32%:R / 3%:R / (c.*2%:R / N%:R) ^+ 2) * #|{: n.-tuple 'I_N}|%:R :> R
  /\ forall t : n.-tuple 'I_N, t \notin B -> forall w : R, - 1 <= w <= 1 ->
     exists2 m : bitseq, size m = n &
       `|w - \sum_(k <- mask m t) (oddw k)%:~R / N%:R| <= c.*2%:R / N%:R.
Proof.
move=> /andP[c0 cq]; have evenN : ~~ odd N by rewrite oddD addbb.
have N0n : (0 < N)%N by lia. have cN : (c <= N)%N by lia.
have N0 : 0 < N%:R :> R by rewrite ltr0n.
have C0 : 0 < c%:R :> R by rewrite ltr0n.
have drift (K : {set 'I_M}) (k : 'I_N) : (`|oddw k - oddw k| <= 0)%N by rewrite subrr.
have T0 : (0 < #|{: 'I_N}|)%N by rewrite card_ord.
have pu_uniform (k : 'I_N) : pu R k = #|{: 'I_N}|%:R^-1 by rewrite card_ord.
exists [set t : n.-tuple 'I_N | (c < #|~: cov (fun _ => @oddw N) (start cN) t|)%N]; split=> [|t].
  apply: (uniform_le pu_uniform T0).
  have K0 : (0 < #|start cN|)%N by rewrite card_start; lia.
  have h1 : 9%:R / 32%:R <= 1 :> R by rewrite ler_pdivr_mulr ?ltr0n // mul1r ler_nat.
  have cM : (c < M)%N by lia.
  have := uncovered_chance_w (uniform_ge0 pu_uniform) (uniform_sum pu_uniform T0) ph_ge1 growth_weighted n K0 h1 cM.
  rewrite /Pn [X in _ -> X <= _](eq_bigl _ _ (fun t => in_set _ t)) => /le_trans; apply.
  have -> : 1 - 9%:R / 32%:R = 23%:R / 32%:R :> R by field.
  have m6 : mu ph (start cN) = 6%:R * c%:R.
    rewrite /mu (eq_bigr (fun=> 3%:R)) => [|y /startP yc]; last by rewrite /ph /f; case: ifP => //; lia.
    by rewrite sumr_const card_start -[LHS]mulr_natr natrD; ring.
  rewrite -mulrA ler_wpmul2l ?exprn_ge0 ?divr_ge0 ?ler0n // /gw m6 total_ph.
  have -> : 32%:R / 3%:R / (c.*2%:R / N%:R) ^+ 2 = (4%:R * N%:R / (6%:R * c%:R)) * (4%:R * N%:R / c%:R) :> R.
    by rewrite -addnn [(c + c)%:R]natrD; move: (N%:R) N0 => k k0; field; rewrite !gt_eqF ?addr_gt0.
  by apply: odds_le => //; rewrite ?mulr_gt0 ?ltr0n // -!natrM ler_nat; lia.
rewrite inE => small w w1; have [m mn le] := subset_sum_near drift c0 small w1.
exists m => //; rewrite -mulr_suml -raddf_sum /=.
by move: le; rewrite muln0 addr0 -addnn [(c + c)%:R]natrD.
Qed.
End WeightedOdd.
