(* Lemmas and tactics by which the obligations beside this file are proved.  Nothing here is assumed. *)
Set Warnings "-ambiguous-paths".
From Coq Require Export Reals Lra Psatz.
From Coquelicot Require Export Coquelicot.
From Interval Require Export Tactic.
Open Scope R_scope.

Lemma le_by_gap (a b : R) : 0 <= b - a -> a <= b. Proof. lra. Qed.
Lemma lt_by_gap (a b : R) : 0 < b - a -> a < b. Proof. lra. Qed.
Lemma eq_by_gaps (a b : R) : 0 <= b - a -> 0 <= - (b - a) -> a = b. Proof. lra. Qed.
Lemma same_le (t u : R) : t = u -> 0 <= u -> 0 <= t. Proof. lra. Qed.
Lemma same_lt (t u : R) : t = u -> 0 < u -> 0 < t. Proof. lra. Qed.
Lemma nonzero_above (t : R) : 0 < t -> t <> 0. Proof. lra. Qed.
Lemma nonzero_below (t : R) : 0 < - t -> t <> 0. Proof. lra. Qed.
Lemma product_of_negatives (a b : R) : 0 <= - a -> 0 <= - b -> 0 <= a * b. Proof. nra. Qed.
Lemma product_of_negatives_lt (a b : R) : 0 < - a -> 0 < - b -> 0 < a * b. Proof. nra. Qed.
Lemma minus_product_left (a b : R) : 0 <= - a -> 0 <= b -> 0 <= - (a * b). Proof. nra. Qed.
Lemma minus_product_right (a b : R) : 0 <= a -> 0 <= - b -> 0 <= - (a * b). Proof. nra. Qed.
Lemma minus_product_left_lt (a b : R) : 0 < - a -> 0 < b -> 0 < - (a * b). Proof. nra. Qed.
Lemma minus_product_right_lt (a b : R) : 0 < a -> 0 < - b -> 0 < - (a * b). Proof. nra. Qed.
Lemma minus_quotient (a b : R) : 0 <= - a -> 0 < b -> 0 <= - (a / b).
Proof. intros; apply minus_product_left; auto; left; now apply Rinv_0_lt_compat. Qed.
Lemma minus_quotient_lt (a b : R) : 0 < - a -> 0 < b -> 0 < - (a / b).
Proof. intros; apply minus_product_left_lt; auto; now apply Rinv_0_lt_compat. Qed.
Lemma quotient (a b : R) : 0 <= a -> 0 < b -> 0 <= a / b.
Proof. intros; apply Rmult_le_pos; auto; left; now apply Rinv_0_lt_compat. Qed.
Lemma quotient_of_negatives (a b : R) : 0 <= - a -> 0 < - b -> 0 <= a / b.
Proof. intros; replace (a / b) with (- a / - b) by (field; lra); now apply quotient. Qed.
Lemma even_power (a : R) (n : nat) : 0 <= (a ^ n) ^ 2. Proof. apply pow2_ge_0. Qed.
Lemma ln_above (a : R) : 1 <= a -> 0 <= ln a.
Proof. intros [H | <-]; [left; rewrite <- ln_1; apply ln_increasing; lra | rewrite ln_1; lra]. Qed.
Lemma ln_above_lt (a : R) : 1 < a -> 0 < ln a. Proof. intros; rewrite <- ln_1; apply ln_increasing; lra. Qed.
Lemma ln_below (a : R) : 0 < a <= 1 -> 0 <= - ln a.
Proof. intros [H [I | ->]]; [rewrite <- ln_Rinv by lra; apply ln_above | rewrite ln_1; lra].
  rewrite <- Rinv_1; apply Rinv_le_contravar; lra. Qed.
Lemma ln_below_lt (a : R) : 0 < a < 1 -> 0 < - ln a.
Proof. intros; rewrite <- ln_Rinv by lra; apply ln_above_lt; rewrite <- Rinv_1; apply Rinv_lt_contravar; lra. Qed.
Lemma ln_quotient (a b : R) : 0 < a -> 0 < b -> ln (a / b) = ln a - ln b.
Proof. intros A B; assert (C := Rinv_0_lt_compat b B); unfold Rdiv; rewrite ln_mult, ln_Rinv by assumption; lra. Qed.
Lemma by_squares (a b : R) : 0 <= b -> 0 <= b * b - a * a -> 0 <= b - a. Proof. nra. Qed.
Lemma by_squares_lt (a b : R) : 0 <= b -> 0 < b * b - a * a -> 0 < b - a. Proof. nra. Qed.
Lemma exp_above (t : R) : 1 + t <= exp t.
Proof. destruct (Req_dec t 0) as [-> | N]; [rewrite exp_0; lra | left; now apply exp_ineq1]. Qed.
Lemma exp_below_1 (t : R) : t <= 0 -> exp t <= 1.
Proof. intros [H | ->]; [left; rewrite <- exp_0; now apply exp_increasing | rewrite exp_0; lra]. Qed.
Lemma ln_below_line (t : R) : 0 < t -> ln t <= t - 1.
Proof. intros H; assert (E := exp_above (ln t)); rewrite exp_ln in E; lra. Qed.
Lemma ln_sqrt (t : R) : 0 < t -> ln (sqrt t) = ln t / 2.
Proof.
intros H; assert (P := sqrt_lt_R0 t H).
replace (ln t) with (ln (sqrt t * sqrt t)) by (f_equal; apply sqrt_sqrt; lra).
rewrite ln_mult by assumption; lra.
Qed.
Lemma by_logs (a b g : R) : 0 < a -> 0 < b -> ln b - ln a = g -> 0 <= g -> 0 <= b - a.
Proof.
intros A B E G; destruct (Rle_or_lt a b) as [H | H]; [lra |].
assert (L := ln_increasing b a B H); lra.
Qed.
Lemma by_logs_lt (a b g : R) : 0 < a -> 0 < b -> ln b - ln a = g -> 0 < g -> 0 < b - a.
Proof.
intros A B E G; destruct (Rle_or_lt b a) as [[H | ->] | H]; [| lra | lra].
assert (L := ln_increasing b a B H); lra.
Qed.

Lemma greater (x y : R) : y <= x -> exists s, 0 <= s /\ x = y + s. Proof. exists (x - y); lra. Qed.

(* the mean value theorem, as it is used: a slope or a bend of one sign leads to an end *)
Lemma rise (f d : R -> R) (a x : R) : a <= x -> (forall y, a <= y <= x -> is_derive f y (d y)) ->
  (forall y, a < y < x -> 0 <= d y) -> 0 <= f a -> 0 <= f x.
Proof.
intros [H | <-] D S A; auto.
destruct (MVT_cor2 f d a x H) as (c & E & C); [intros; now apply is_derive_Reals, D |].
assert (S' := S c C); nra.
Qed.
Lemma rise_lt (f d : R -> R) (a x : R) : a <= x -> (forall y, a <= y <= x -> is_derive f y (d y)) ->
  (forall y, a < y < x -> 0 <= d y) -> 0 < f a -> 0 < f x.
Proof.
intros [H | <-] D S A; auto.
destruct (MVT_cor2 f d a x H) as (c & E & C); [intros; now apply is_derive_Reals, D |].
assert (S' := S c C); nra.
Qed.
Lemma rise_from_open (f d : R -> R) (a x : R) : a < x -> (forall y, a <= y <= x -> is_derive f y (d y)) ->
  (forall y, a < y < x -> 0 < d y) -> 0 <= f a -> 0 < f x.
Proof.
intros H D S A.
destruct (MVT_cor2 f d a x H) as (c & E & C); [intros; now apply is_derive_Reals, D |].
assert (S' := S c C); nra.
Qed.
Lemma fall (f d : R -> R) (b x : R) : x <= b -> (forall y, x <= y <= b -> is_derive f y (- d y)) ->
  (forall y, x < y < b -> 0 <= d y) -> 0 <= f b -> 0 <= f x.
Proof.
intros [H | ->] D S A; auto.
destruct (MVT_cor2 f (fun y => - d y) x b H) as (c & E & C); [intros; now apply is_derive_Reals, D |].
assert (S' := S c C); nra.
Qed.
Lemma fall_lt (f d : R -> R) (b x : R) : x <= b -> (forall y, x <= y <= b -> is_derive f y (- d y)) ->
  (forall y, x < y < b -> 0 <= d y) -> 0 < f b -> 0 < f x.
Proof.
intros [H | ->] D S A; auto.
destruct (MVT_cor2 f (fun y => - d y) x b H) as (c & E & C); [intros; now apply is_derive_Reals, D |].
assert (S' := S c C); nra.
Qed.
Lemma fall_to_open (f d : R -> R) (b x : R) : x < b -> (forall y, x <= y <= b -> is_derive f y (- d y)) ->
  (forall y, x < y < b -> 0 < d y) -> 0 <= f b -> 0 < f x.
Proof.
intros H D S A.
destruct (MVT_cor2 f (fun y => - d y) x b H) as (c & E & C); [intros; now apply is_derive_Reals, D |].
assert (S' := S c C); nra.
Qed.

Lemma concave (f d e : R -> R) (a b x : R) : a <= x <= b -> (forall y, a <= y <= b -> is_derive f y (d y)) ->
  (forall y, a < y < b -> is_derive d y (- e y)) -> (forall y, a < y < b -> 0 <= e y) ->
  0 <= f a -> 0 <= f b -> 0 <= f x.
Proof.
intros [[H | <-] [I | ->]] D E S A B; auto.
destruct (MVT_cor2 f d a x H) as (c & Ec & C); [intros; apply is_derive_Reals, D; lra |].
destruct (MVT_cor2 f d x b I) as (g & Eg & G); [intros; apply is_derive_Reals, D; lra |].
destruct (MVT_cor2 d (fun y => - e y) c g) as (h & Eh & K); [lra | intros; apply is_derive_Reals, E; lra |].
assert (S' : 0 <= e h) by (apply S; lra); assert (d g <= d c) by nra.
destruct (Rle_or_lt 0 (d c)).
- assert (0 <= d c * (x - a)) by (apply Rmult_le_pos; lra); lra.
- assert (0 <= - d g * (b - x)) by (apply Rmult_le_pos; lra); lra.
Qed.

(* apart: hypotheses such as 0 < v <= 1 become two *)
Ltac begin := intros; repeat match goal with H : _ /\ _ |- _ => destruct H end.

(* what is known of the values of functions that occur *)
Ltac known H := let P := type of H in
  lazymatch goal with _ : P |- _ => fail | _ => let h := fresh "F" in assert (h := H) end.
Ltac facts := repeat match goal with
  | |- context [exp ?t] => known (exp_pos t)
  | |- context [exp ?t] => known (exp_above t)
  | |- context [exp ?t] => let H := fresh in assert (H : t <= 0) by lra; known (exp_below_1 t H)
  | |- context [ln ?t] => let H := fresh in assert (H : 0 < t) by (assumption || lra); known (ln_below_line t H)
  | |- context [ln ?t] => let H := fresh in assert (H : 1 <= t) by (assumption || lra); known (ln_above t H)
  | |- context [sqrt ?t] => known (sqrt_pos t)
  | |- context [sin ?t] => known (SIN_bound t)
  | |- context [cos ?t] => known (COS_bound t)
  | |- context [PI] => known PI_RGT_0
  end.

(* absolute values, least and greatest by cases *)
Ltac cases := progress repeat match goal with
  | |- context [Rabs ?a] =>
    let H := fresh in destruct (Rle_or_lt 0 a) as [H | H]; [rewrite (Rabs_pos_eq a H) | rewrite (Rabs_left a H)]
  | |- context [Rmin ?a ?b] => let H := fresh in
    destruct (Rle_or_lt a b) as [H | H]; [rewrite (Rmin_left a b H) | rewrite (Rmin_right a b) by lra]
  | |- context [Rmax ?a ?b] => let H := fresh in
    destruct (Rle_or_lt a b) as [H | H]; [rewrite (Rmax_right a b H) | rewrite (Rmax_left a b) by lra]
  end.
Ltac values := progress repeat first
  [rewrite sin_0 | rewrite cos_0 | rewrite exp_0 | rewrite ln_1 | rewrite atan_0 | rewrite sqrt_0 | rewrite sqrt_1].
Ltac roots := progress repeat first [rewrite sqrt_sqrt by sign | rewrite pow2_sqrt by sign]
(* the sign of a term, from the signs of its parts *)
with sign := first
  [ assumption | lra | cases; sign | values; sign | roots; sign | parts | solve [nra] | interval
  | interval with (i_prec 120) | solve [facts; lra] | solve [facts; nra]
  | bisected | fail "the sign stays open" ]
with parts :=
  lazymatch goal with
  | |- _ /\ _ => split; sign
  | |- _ <> 0 => first [apply nonzero_above; sign | apply nonzero_below; sign]
  | |- 0 <= (_ ^ _) ^ 2 => apply even_power
  | |- 0 <= _ ^ 2 => apply pow2_ge_0
  | |- 0 <= _ ^ _ => apply pow_le; sign
  | |- 0 < _ ^ _ => apply pow_lt; sign
  | |- 0 <= ?a * ?a => apply Rle_0_sqr
  | |- 0 <= _ * _ => first [apply Rmult_le_pos; sign | apply product_of_negatives; sign]
  | |- 0 < _ * _ => first [apply Rmult_lt_0_compat; sign | apply product_of_negatives_lt; sign]
  | |- 0 <= _ / _ => first [apply quotient; sign | apply quotient_of_negatives; sign]
  | |- 0 < _ / _ => apply Rdiv_lt_0_compat; sign
  | |- 0 <= / _ => left; apply Rinv_0_lt_compat; sign
  | |- 0 < / _ => apply Rinv_0_lt_compat; sign
  | |- 0 < exp _ => apply exp_pos
  | |- 0 <= exp _ => left; apply exp_pos
  | |- 0 < Rpower _ _ => apply exp_pos
  | |- 0 <= Rpower _ _ => left; apply exp_pos
  | |- 0 <= sqrt _ => apply sqrt_pos
  | |- 0 < sqrt _ => apply sqrt_lt_R0; sign
  | |- 0 <= Rabs _ => apply Rabs_pos
  | |- 0 <= ln _ => apply ln_above; sign
  | |- 0 < ln _ => apply ln_above_lt; sign
  | |- 0 <= - ln _ => apply ln_below; sign
  | |- 0 < - ln _ => apply ln_below_lt; sign
  | |- 0 <= - (_ * _) => first [apply minus_product_left; sign | apply minus_product_right; sign]
  | |- 0 < - (_ * _) => first [apply minus_product_left_lt; sign | apply minus_product_right_lt; sign]
  | |- 0 <= - (_ / _) => apply minus_quotient; sign
  | |- 0 < - (_ / _) => apply minus_quotient_lt; sign
  | |- 0 <= - - ?a => apply (same_le _ a); [ring | sign]
  | |- 0 < - - ?a => apply (same_lt _ a); [ring | sign]
  | |- 0 <= - (?a + ?b) => apply (same_le _ (- a + - b)); [ring | sign]
  | |- 0 < - (?a + ?b) => apply (same_lt _ (- a + - b)); [ring | sign]
  | |- 0 <= - (?a - ?b) => apply (same_le _ (- a + b)); [ring | sign]
  | |- 0 < - (?a - ?b) => apply (same_lt _ (- a + b)); [ring | sign]
  | |- 0 <= _ + _ => apply Rplus_le_le_0_compat; sign
  | |- 0 < _ + _ => first [apply Rplus_lt_le_0_compat; sign | apply Rplus_le_lt_0_compat; sign]
  | |- 0 <= ?a - ?b => apply Rplus_le_le_0_compat; sign
  | |- 0 < ?a - ?b => first [apply Rplus_lt_le_0_compat; sign | apply Rplus_le_lt_0_compat; sign]
  | |- 0 < _ => fail
  | |- _ < _ => apply lt_by_gap; sign
  | |- _ => fail
  end
with bisected :=
  match goal with
  | x : R, y : R, z : R |- _ => interval with (i_bisect x, i_bisect y, i_bisect z, i_depth 18, i_prec 40)
  | x : R, y : R |- _ => interval with (i_bisect x, i_bisect y, i_depth 20, i_prec 40)
  | x : R |- _ => first [interval with (i_bisect x, i_autodiff x) | interval with (i_bisect x, i_taylor x, i_depth 20)]
  | |- _ => fail
  end.

(* the same real function, written in two ways *)
Ltac logs := unfold Rpower; repeat first
  [ rewrite ln_quotient by sign | rewrite ln_mult by sign | rewrite ln_Rinv by sign | rewrite ln_exp | rewrite ln_1
  | rewrite ln_pow by sign | rewrite ln_sqrt by sign
  | match goal with |- context [ln ?a] => match goal with |- context [ln ?b] =>
      first [constr_eq a b; fail 1 | replace (ln b) with (ln a) by (f_equal; field; sign)] end end ].
Ltac exps := unfold Rpower, Rminus; repeat rewrite exp_plus; repeat rewrite exp_Ropp; repeat rewrite exp_ln by sign.
Ltac cleared := first [ring | field; sign | simpl INR; field; sign].
Ltac same := first
  [ reflexivity | cleared | roots; cleared | exps; field; repeat split; try sign; apply Rgt_not_eq, exp_pos
  | logs; cleared | exps; logs; cleared ].

(* the derivative of a function of one variable *)
Ltac derives := unfold Rpower; auto_derive; [repeat split; sign | same].
