(* Theorem 2 for given numbers: an inequality between whole numbers that Coq decides by computing. *)
From Coq Require Import NArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import norms theorem_2_packing theorem_2 binary.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Local Notation num := nat_of_bin.

Section Checked.
Variable (R : rcfType).
Hypothesis archi : Num.archimedean_axiom R.

(* p weights are not enough for tolerance e1/e2 and probability s1/s2 *)
Theorem theorem_2_checked (d p e1 e2 s1 s2 : N) :
  [&& N.ltb 0 d, N.ltb 0 e1, N.ltb 0 e2, N.ltb 0 s2 &
      N.ltb (N.pow 2 p * N.pow (2 * e1) (d * d) * s2) (s1 * N.pow e2 (d * d))] ->
  forall (Omega : finType) (pr : Omega -> R) (G : Omega -> (num p).-tuple bool -> ('I_(num d) -> R) -> 'I_(num d) -> R),
  (forall w, 0 <= pr w) -> \sum_w pr w = 1 ->
  ~ (forall W : 'I_(num d) -> 'I_(num d) -> R, contractive W ->
     exists A : {set Omega}, (num s1)%:R / (num s2)%:R <= \sum_(w in A) pr w /\
     forall w, w \in A -> exists m, approximates ((num e1)%:R / (num e2)%:R) W (G w m)).
Proof.
move=> /and5P[/ltb_nat d0 /ltb_nat e10 /ltb_nat e20 /ltb_nat s20 /ltb_nat lt] Omega pr G pr0 pr1 success.
have e1r : 0 < (num e1)%:R :> R by rewrite ltr0n.
have e2r : 0 < (num e2)%:R :> R by rewrite ltr0n.
have s2r : 0 < (num s2)%:R :> R by rewrite ltr0n.
have := theorem_2 archi d0 (divr_gt0 e1r e2r) pr0 pr1 success; rewrite leNgt => /negP[].
rewrite mulrA expr_div_n ltr_pdivl_mulr // mulrAC mulrA ltr_pdivr_mulr ?exprn_gt0 //.
move: lt; rewrite !(nat_of_mul_bin, nat_of_pow_bin) -(ltr_nat R) !(natrM, natrX) => lt.
by rewrite mulrAC.
Qed.
End Checked.

(* 32 x 32 matrices within 1/100, half of the time: 5,778 weights are not enough *)
Definition check_32 : [&& N.ltb 0 32, N.ltb 0 1, N.ltb 0 100, N.ltb 0 2 &
  N.ltb (N.pow 2 5778 * N.pow (2 * 1) (32 * 32) * 2) (1 * N.pow 100 (32 * 32))].
Proof. by vm_compute. Qed.
Definition lower_32 (R : rcfType) archi := @theorem_2_checked R archi 32 5778 1 100 1 2 check_32.
(* the check refuses one more *)
Example lower_32_more : N.ltb (N.pow 2 5779 * N.pow (2 * 1) (32 * 32) * 2) (1 * N.pow 100 (32 * 32)) = false.
Proof. by vm_compute. Qed.
