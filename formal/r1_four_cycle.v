(* R1, the four-cycle lemma, on a grid of 2N points, for every weight o(y, z) of pairs that is periodic with period N:
   pairs of different colours at distances above N weigh at most as much as those at distances below N. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma near_far (N s t : nat) : (s < N -> t < N ->
  [/\ (s + N < t) || (t + N < s) = false, (N + s + N < N + t) || (N + t + N < N + s) = false,
      (s + N < N + t) || (N + t + N < s) = (s < t) & (N + s + N < t) || (t + N < N + s) = (t < s)])%N.
Proof. by move=> sN tN; split; lia. Qed.

Lemma near_far' (N s t : nat) : (s < N -> t < N ->
  [/\ (s < t + N) && (t < s + N) = true, (N + s < N + t + N) && (N + t < N + s + N) = true,
      (s < N + t + N) && (N + t < s + N) = (t < s) & (N + s < t + N) && (t < N + s + N) = (s < t)])%N.
Proof. by move=> sN tN; split; lia. Qed.

Section Growth.
Variable R : realFieldType.

Definition dif (b d : bool) : R := (b (+) d)%:R.

Lemma dif_tri x y z : dif x z <= dif x y + dif y z.
Proof. by rewrite /dif -natrD ler_nat; move: x y z => [] [] []. Qed.

Lemma dif_sym x y : dif x y = dif y x.
Proof. by rewrite /dif addbC. Qed.

Lemma difE x y : dif x y = x%:R + y%:R - 2 * (x%:R * y%:R).
Proof. by case: x; case: y; rewrite /dif /=; ring. Qed.

Lemma dif_ge0 x y : 0 <= dif x y.
Proof. exact: ler0n. Qed.

Section FourCycle.
Variables (N : nat) (c : 'I_(N + N) -> bool) (o : nat -> nat -> R).
Hypothesis o_ge0 : forall y z, 0 <= o y z.
Hypothesis o_perl : forall y z, o (N + y)%N z = o y z.
Hypothesis o_perr : forall y z, o y (N + z)%N = o y z.

Definition short (y z : nat) : R := ((y < z + N) && (z < y + N))%N%:R.
Definition long (y z : nat) : R := ((y + N < z) || (z + N < y))%N%:R.

Lemma sum2 (F : 'I_(N + N) -> 'I_(N + N) -> R) :
  \sum_y \sum_z F y z = \sum_(s < N) \sum_(t < N)
    (F (lshift N s) (lshift N t) + F (rshift N s) (rshift N t)
     + F (lshift N s) (rshift N t) + F (rshift N s) (lshift N t)).
Proof.
rewrite big_split_ord /= -big_split; apply: eq_bigr => s _.
rewrite !big_split_ord /= -!big_split; apply: eq_bigr => t _ /=.
by ring.
Qed.

(* R1: long mixed pairs weigh at most as much as short ones. *)
Lemma four_cycle :
  \sum_(y < N + N) \sum_(z < N + N) o y z * long y z * dif (c y) (c z) <=
  \sum_(y < N + N) \sum_(z < N + N) o y z * short y z * dif (c y) (c z).
Proof.
rewrite !sum2; apply: ler_sum => s _; apply: ler_sum => t _ /=.
rewrite !o_perl !o_perr; set k := o s t; have k0 : 0 <= k by exact: o_ge0.
rewrite -![k * _ * _]mulrA -!mulrDr; apply: ler_wpmul2l => //.
move: (c (lshift N s)) (c (lshift N t)) (c (rshift N s)) (c (rshift N t)) => a b a' b'.
rewrite /short /long; have [-> -> -> ->] := near_far (ltn_ord s) (ltn_ord t).
have [-> -> -> ->] := near_far' (ltn_ord s) (ltn_ord t).
rewrite /dif -!natrM -!natrD ler_nat.
by case: (ltngtP s t) => _; case: a; case: b; case: a'; case: b'.
Qed.

End FourCycle.
End Growth.

(* mixed pairs both ways round are twice those from K to the rest *)
Lemma cut_sym (R : realFieldType) (M : nat) (w : nat -> nat -> R) (K : {set 'I_M}) :
  (forall y z, w y z = w z y) ->
  \sum_(y < M) \sum_(z < M) w y z * dif R (y \in K) (z \in K) =
  2 * \sum_(y in K) \sum_(z in ~: K) w y z.
Proof.
move=> wC; have E (y z : 'I_M) : w y z * dif R (y \in K) (z \in K) =
    (if y \in K then if z \in ~: K then w y z else 0 else 0)
  + (if z \in K then if y \in ~: K then w z y else 0 else 0).
  by rewrite !inE /dif; case: (y \in K); case: (z \in K); rewrite /= ?mulr1 ?mulr0 ?addr0 ?add0r // wC.
rewrite (eq_bigr _ (fun y _ => eq_bigr _ (fun z _ => E y z))).
under eq_bigr do rewrite big_split /=.
rewrite big_split /= mulrDl mul1r; congr (_ + _); last rewrite exchange_big /=.
  rewrite [RHS]big_mkcond /=; apply: eq_bigr => y _; case: (y \in K); last by rewrite big1.
  by rewrite [RHS]big_mkcond.
rewrite [RHS]big_mkcond /=; apply: eq_bigr => y _; case: (y \in K); last by rewrite big1.
by rewrite [RHS]big_mkcond.
Qed.
