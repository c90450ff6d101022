(* Theorem 2 for given numbers: inequalities between whole numbers that Coq decides by computing. Where d is large
   the numbers (2 eps)^(d^2) have too many digits; a fraction a/b below log2(1/(2 eps)), which (2 eps)^b <= 2^(-a)
   shows, is then enough. *)
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

(* what Theorem 2 refutes: with probability s, some choice of p masks brings the network within eps of any given
   matrix *)
Definition succeeds (d p : nat) (eps s : R) (Omega : finType) (pr : Omega -> R)
  (G : Omega -> p.-tuple bool -> ('I_d -> R) -> 'I_d -> R) : Prop :=
  forall W : 'I_d -> 'I_d -> R, contractive W -> exists A : {set Omega}, s <= \sum_(w in A) pr w /\
    forall w, w \in A -> exists m, approximates eps W (G w m).

(* p weights are not enough for tolerance e1/e2 and probability s1/s2 *)
Theorem theorem_2_checked (d p e1 e2 s1 s2 : N) :
  [&& N.ltb 0 d, N.ltb 0 e1, N.ltb 0 e2, N.ltb 0 s2 &
      N.ltb (N.pow 2 p * N.pow (2 * e1) (d * d) * s2) (s1 * N.pow e2 (d * d))] ->
  forall (Omega : finType) (pr : Omega -> R) (G : Omega -> (num p).-tuple bool -> ('I_(num d) -> R) -> 'I_(num d) -> R),
  (forall w, 0 <= pr w) -> \sum_w pr w = 1 -> ~ succeeds ((num e1)%:R / (num e2)%:R) ((num s1)%:R / (num s2)%:R) pr G.
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

Lemma below_by_logs (x : R) (a b m n : nat) : 0 <= x -> (0 < b)%N -> x ^+ b * 2 ^+ a <= 1 -> (m * b < a * n)%N ->
  2 ^+ m * x ^+ n < 1.
Proof.
move=> x0 b0 small lt; have two0 k : 0 < 2 ^+ k :> R by rewrite exprn_gt0 ?ltr0n.
have y0 : 0 <= 2 ^+ m * x ^+ n by apply: mulr_ge0; [exact: ltW (two0 m) | exact: exprn_ge0].
have [xn0|xn0] := eqVneq (x ^+ n) 0; first by rewrite xn0 mulr0 ltr01.
have x1 : 0 < x ^+ n by rewrite lt_def xn0 exprn_ge0.
rewrite -(ltr_pexpn2r b0) ?nnegrE ?ler01 // expr1n exprMn -!exprM.
apply: (@lt_le_trans _ _ (2 ^+ (a * n) * x ^+ (n * b))).
  by rewrite ltr_pmul2r ?ltr_eexpn2l ?ltr1n // exprM exprn_gt0.
by rewrite [(n * b)%N]mulnC !exprM mulrC -exprMn exprn_ile1 // mulr_ge0 ?exprn_ge0 ?ler0n.
Qed.

(* the same by a/b <= log2(1/(2 eps)) and 2^(-k) <= s: numbers with few digits, however large d is *)
Theorem theorem_2_large (d p e1 e2 s1 s2 a b k : N) :
  [&& [&& N.ltb 0 d, N.ltb 0 e1, N.ltb 0 e2, N.ltb 0 s2 & N.ltb 0 b],
      N.leb (N.pow (2 * e1) b * N.pow 2 a) (N.pow e2 b), N.leb s2 (s1 * N.pow 2 k) &
      N.ltb ((p + k) * b) (a * (d * d))] ->
  forall (Omega : finType) (pr : Omega -> R) (G : Omega -> (num p).-tuple bool -> ('I_(num d) -> R) -> 'I_(num d) -> R),
  (forall w, 0 <= pr w) -> \sum_w pr w = 1 -> ~ succeeds ((num e1)%:R / (num e2)%:R) ((num s1)%:R / (num s2)%:R) pr G.
Proof.
move=> /and4P[/and5P[/ltb_nat d0 /ltb_nat e10 /ltb_nat e20 /ltb_nat s20 /ltb_nat b0]].
move=> /leb_nat log_e /leb_nat log_s /ltb_nat lt Omega pr G pr0 pr1 success.
have pushE := (nat_of_mul_bin, nat_of_pow_bin, nat_of_add_bin).
have e1r : 0 < (num e1)%:R :> R by rewrite ltr0n.
have e2r : 0 < (num e2)%:R :> R by rewrite ltr0n.
have s2r : 0 < (num s2)%:R :> R by rewrite ltr0n.
have := theorem_2 archi d0 (divr_gt0 e1r e2r) pr0 pr1 success; rewrite leNgt => /negP[].
set eps := (num e1)%:R / (num e2)%:R.
have eps0 : 0 <= 2 * eps by rewrite mulr_ge0 ?divr_ge0 ?ler0n.
have small : (2 * eps) ^+ num b * 2 ^+ num a <= 1.
  rewrite /eps mulrA expr_div_n mulrAC ler_pdivr_mulr ?exprn_gt0 // mul1r.
  by move: log_e; rewrite !pushE -(ler_nat R) !(natrM, natrX).
have {}lt : ((num p + num k) * num b < num a * (num d * num d))%N by move: lt; rewrite !pushE.
have := below_by_logs eps0 b0 small lt; rewrite exprD => below.
have s_ge : 1 <= (num s1)%:R / (num s2)%:R * 2 ^+ num k :> R.
  rewrite mulrAC ler_pdivl_mulr // mul1r.
  by move: log_s; rewrite !pushE -(ler_nat R) !(natrM, natrX).
have k0 : 0 < 2 ^+ num k :> R by rewrite exprn_gt0 ?ltr0n.
by rewrite -(ltr_pmul2r k0); apply: lt_le_trans s_ge; rewrite mulrAC.
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

(* 1000 x 1000 matrices within 1/100, half of the time: 5,643,853 weights are not enough; log2(50) >= 4041/716 *)
Definition check_1000 : [&& [&& N.ltb 0 1000, N.ltb 0 1, N.ltb 0 100, N.ltb 0 2 & N.ltb 0 716],
  N.leb (N.pow (2 * 1) 716 * N.pow 2 4041) (N.pow 100 716), N.leb 2 (1 * N.pow 2 1) &
  N.ltb ((5643853 + 1) * 716) (4041 * (1000 * 1000))].
Proof. by vm_compute. Qed.
Definition lower_1000 (R : rcfType) archi := @theorem_2_large R archi 1000 5643853 1 100 1 2 4041 716 1 check_1000.
