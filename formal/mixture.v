(* Growth of mixtures of laws. If a law gives every outcome at least the weight that a sum of w_i times other laws
   gives it, and law i has growth kappa_i, then it has growth w_1 kappa_1 + ... + w_k kappa_k: for a mixture over
   finitely many radii, and for a law with a density above a staircase of uniform ones. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import r3_contraction.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Mixture.
Variables (R : realFieldType) (M : nat) (I T : finType) (w kappa : I -> R).
Variables (p : T -> R) (part : I -> T -> R) (X : {set 'I_M} -> T -> int).
Hypothesis w0 : forall i, 0 <= w i.
Hypothesis growth : forall i (K : {set 'I_M}), kappa i * (#|K|%:R * (M%:R - #|K|%:R)) <= gain (part i) X K * M%:R.

Theorem growth_above : (forall x, \sum_i w i * part i x <= p x) ->
  forall K : {set 'I_M}, (\sum_i w i * kappa i) * (#|K|%:R * (M%:R - #|K|%:R)) <= gain p X K * M%:R.
Proof.
move=> above K; apply: (@le_trans _ _ (\sum_i w i * (gain (part i) X K * M%:R))).
  by rewrite mulr_suml; apply: ler_sum => i _; rewrite -mulrA ler_wpmul2l.
have -> : \sum_i w i * (gain (part i) X K * M%:R) = (\sum_i w i * gain (part i) X K) * M%:R.
  by rewrite mulr_suml; apply: eq_bigr => i _; rewrite mulrA.
rewrite ler_wpmul2r ?ler0n // /gain; under eq_bigr do rewrite mulr_sumr.
rewrite exchange_big; apply: ler_sum => x _ /=.
rewrite (eq_bigr (fun i => w i * part i x * #|fresh K (X K x)|%:R)) => [|i _]; last by rewrite mulrA.
by rewrite -mulr_suml ler_wpmul2r ?ler0n.
Qed.

(* one of finitely many laws is drawn first, law i with probability w_i *)
Theorem growth_mixture : (forall x, p x = \sum_i w i * part i x) ->
  forall K : {set 'I_M}, (\sum_i w i * kappa i) * (#|K|%:R * (M%:R - #|K|%:R)) <= gain p X K * M%:R.
Proof. by move=> mixed; apply: growth_above => x; rewrite mixed. Qed.
End Mixture.
