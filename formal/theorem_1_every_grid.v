(* Theorem 1 in closed form, for every fine enough grid at once: the numbers of hidden units do not depend on the
   grid, and no starting cells are named. A law of subset sums on each grid gives one whose chance of failure is
   that of the continuous tolerance, as soon as the grid is fine enough for the number of units. *)
From Coq Require Import NArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import networks union_bound theorem_1 theorem_1_checked.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Local Notation num := nat_of_bin.

Section EveryGrid.
Variables (R : rcfType) (L : law).
Hypothesis law_L : holds R L.
Local Notation rate := ((num (rate1 L))%:R / (num (rate2 L))%:R : R).
Local Notation factor := ((num (factor1 L))%:R / (num (factor2 L))%:R : R).

(* the largest start within the tolerance: of the tolerance tau, the grid takes at most (n + 1)/Q *)
Lemma start_within (Q n : nat) (tau room : R) : (1 < Q)%N -> 0 < room -> tau <= 2 ->
  n.+1%:R <= Q%:R * (tau - room) ->
  exists c : nat, [/\ (0 < c)%N, c.*2%:R / (Q * Q)%N%:R + n%:R / Q%:R <= tau & room <= c.*2%:R / (Q * Q)%N%:R].
Proof.
move=> Q1 room0 tau2 fine; have Qn : (0 < Q)%N by exact: ltnW.
have Q0 : 0 < Q%:R :> R by rewrite ltr0n.
have N0 : 0 < (Q * Q)%N%:R :> R by rewrite ltr0n muln_gt0 Qn.
pose within (c : nat) := c.*2%:R / (Q * Q)%N%:R + n%:R / Q%:R <= tau.
have spent : n%:R / Q%:R + Q%:R^-1 <= tau - room.
  by rewrite -{2}[Q%:R^-1]mul1r -mulrDl -(natrD _ n 1) addn1 ler_pdivr_mulr // mulrC.
have one0 : 0 < Q%:R^-1 :> R by rewrite invr_gt0.
have within0 : exists c, within c.
  exists 0%N; rewrite /within mul0r add0r; apply: le_trans (_ : tau - room <= _);
    last by rewrite ler_subl_addr ler_addl ltW.
  by apply: le_trans spent; rewrite ler_addl ltW.
have bounded c : within c -> (c <= Q * Q)%N.
  move=> cw; have : c.*2%:R / (Q * Q)%N%:R <= 2 :> R.
    apply: le_trans tau2; apply: le_trans cw; by rewrite ler_addl divr_ge0 ?ler0n.
  by rewrite ler_pdivr_mulr // -natrM ler_nat mul2n leq_double.
case: (ex_maxnP within0 bounded) => c cw most; exists c.
have big : room < c.*2%:R / (Q * Q)%N%:R.
  rewrite ltNge; apply/negP => small; have : within c.+1; last by move/most; rewrite ltnn.
  rewrite /within doubleS -addn2 natrD mulrDl.
  apply: le_trans (_ : room + (n%:R / Q%:R + Q%:R^-1) <= _); last by rewrite -ler_subr_addl.
  rewrite -addrA; apply: ler_add => //; rewrite addrC ler_add2l natrM invfM mulrA.
  by rewrite ler_pdivr_mulr // mulVf ?gt_eqF // ler_pdivr_mulr // mul1r ler_nat.
split=> //; last exact: ltW.
by rewrite lt0n; apply/eqP => c0; move: big; rewrite c0 mul0r ltNge ltW.
Qed.

(* the law for the tolerance tau on every fine grid: its chance is that of the tolerance room < tau without a grid *)
Lemma reaches_every_grid (q e n : nat) (tau room : R) : (0 < e)%N -> (q = num (step L) * e)%N -> (0 < q)%N ->
  0 < room -> tau <= 2 -> (num (reach L))%:R * tau <= 2 -> n.+1%:R <= (q + q)%:R * (tau - room) ->
  reaches q n tau (rate ^+ n * (factor * (2 / room) ^+ 2)).
Proof.
move=> e0 qE q0 room0 tau2 reach2 fine; have Q1 : (1 < q + q)%N by clear -q0; lia.
have [c [c0 near big]] := start_within Q1 room0 tau2 fine; set N := (_ * _)%N in near big.
have N0 : 0 < N%:R :> R by rewrite ltr0n muln_gt0 !addn_gt0 q0.
have c1 : 0 < c%:R :> R by rewrite ltr0n.
have cN : (num (reach L) * c <= N)%N.
  have : (num (reach L))%:R * (c.*2%:R / N%:R) <= 2 :> R.
    apply: le_trans reach2; rewrite ler_wpmul2l ?ler0n //.
    by apply: le_trans near; rewrite ler_addl divr_ge0 ?ler0n.
  by rewrite mulrA ler_pdivr_mulr // -!natrM ler_nat -mul2n mulnCA leq_pmul2l.
apply: reaches_within (law_L n e0 qE q0 c0 cN) near _.
rewrite ler_wpmul2l ?exprn_ge0 ?divr_ge0 ?ler0n // ler_wpmul2l ?divr_ge0 ?ler0n // -/N.
have le : N%:R / c%:R <= 2 / room.
  rewrite ler_pdivl_mulr // mulrC -ler_pdivl_mulr ?divr_gt0 // invf_div mulrA -natrM mul2n.
  exact: big.
by rewrite ler_pexpn2r // nnegrE divr_ge0 ?ler0n // ltW.
Qed.

(* any shares of the error and of the chance of failure *)
Theorem theorem_1_every_grid (l : nat) (d n : nat -> nat) (tau room eta : nat -> R) (eps delta : R) :
  (forall i, 0 <= eta i) -> \prod_(i < l) (1 + eta i) < 1 + eps ->
  (forall i, (i < l)%N -> [/\ 0 < room i, tau i <= 2, (num (reach L))%:R * tau i <= 2 &
     tau i ^+ 2 * (d i * d i.+1)%:R <= eta i ^+ 2]) ->
  \sum_(i < l) (sides i * (d i * d i.+1))%:R * (rate ^+ n i * (factor * (2 / room i) ^+ 2)) <= delta ->
  forall q e, (0 < e)%N -> (q = num (step L) * e)%N -> (0 < q)%N ->
  (forall i, (i < l)%N -> (n i).+1%:R <= (q + q)%:R * (tau i - room i)) ->
  contains_tickets q l d n eps delta.
Proof.
move=> eta0 budget each fail q e e0 qE q0 fine.
apply: (theorem_1_from q0 _ eta0 _ budget fail) => i il; have [room0 tau2 reach2 tol] := each i il; last exact: tol.
exact: reaches_every_grid e0 qE q0 room0 tau2 reach2 (fine i il).
Qed.

(* The closed form: equal shares eta of the whole budget, (1 + eta)^l < 1 + eps, which eta = ln(1 + eps)/l and
   eps/(2l) meet; of each tolerance eta/sqrt(d_i d_(i+1)) the grid takes an eighth. *)
Theorem theorem_1_closed_form (l : nat) (d n : nat -> nat) (eta eps delta : R) :
  0 < eta <= 1 -> (1 + eta) ^+ l < 1 + eps ->
  (forall i, (i < l)%N -> (0 < d i * d i.+1)%N) ->
  (forall i, (i < l)%N -> (num (reach L))%:R ^+ 2 * eta ^+ 2 <= 4%:R * (d i * d i.+1)%:R) ->
  \sum_(i < l) (sides i * (d i * d i.+1))%:R *
    (rate ^+ n i * (factor * (256%:R / 49%:R * ((d i * d i.+1)%:R / eta ^+ 2)))) <= delta ->
  forall q e, (0 < e)%N -> (q = num (step L) * e)%N -> (0 < q)%N ->
  (forall i, (i < l)%N -> 64%:R * (n i).+1%:R ^+ 2 * (d i * d i.+1)%:R <= ((q + q)%:R * eta) ^+ 2) ->
  contains_tickets q l d n eps delta.
Proof.
move=> /andP[eta0 eta1] budget D0 reach2 fail q e e0 qE q0 fine.
pose D i : R := (d i * d i.+1)%:R; pose root i := Num.sqrt (D i).
have rootE i : root i ^+ 2 = D i by rewrite sqr_sqrtr ?ler0n.
have D1 i : (i < l)%N -> 1 <= D i by move=> il; rewrite /D ler1n D0.
have root1 i : (i < l)%N -> 1 <= root i.
  by move=> il; rewrite -(ler_pexpn2r (n := 2)) ?nnegrE ?sqrtr_ge0 ?ler01 // expr1n rootE D1.
have root0 i : (i < l)%N -> 0 < root i by move=> il; exact: lt_le_trans ltr01 (root1 i il).
have e8 : 7%:R / 8%:R = 1 - 8%:R^-1 :> R by field.
apply: (theorem_1_every_grid (tau := fun i => eta / root i) (room := fun i => 7%:R / 8%:R * (eta / root i))
  (eta := fun=> eta) _ _ _ _ e0 qE q0) => [i||i il||i il].
- exact: ltW.
- by rewrite prodr_const card_ord.
- have r0 := root0 i il; have t0 : 0 < eta / root i by rewrite divr_gt0.
  split; first by rewrite mulr_gt0 ?divr_gt0 ?ltr0n.
  + rewrite ler_pdivr_mulr //; apply: (le_trans eta1); apply: (le_trans (root1 i il)).
    by rewrite ler_pmull // ler1n.
  + rewrite mulrA ler_pdivr_mulr // -(ler_pexpn2r (n := 2)) ?nnegrE ?mulr_ge0 ?ler0n ?(ltW eta0) ?(ltW r0) //.
    have e4 : 2 ^+ 2 = 4%:R :> R by rewrite -natrX.
    by rewrite !exprMn rootE e4; exact: reach2.
  by rewrite expr_div_n rootE divfK // gt_eqF // (lt_le_trans ltr01 (D1 i il)).
- apply: le_trans fail; rewrite le_eqVlt; apply/orP; left; apply/eqP; apply: eq_bigr => i _.
  have r0 := root0 i (ltn_ord i); rewrite -/(D i) -rootE; do 3 congr (_ * _).
  by field; rewrite !gt_eqF.
have r0 := root0 i il.
have -> : eta / root i - 7%:R / 8%:R * (eta / root i) = eta / (8%:R * root i) by field; rewrite gt_eqF.
rewrite mulrA ler_pdivl_mulr ?mulr_gt0 ?ltr0n //.
rewrite -(ler_pexpn2r (n := 2)) ?nnegrE ?mulr_ge0 ?ler0n ?(ltW eta0) ?(ltW r0) //.
have -> : (n i).+1%:R * (8%:R * root i) = 8%:R * (n i).+1%:R * root i :> R by ring.
have -> : (8%:R * (n i).+1%:R * root i) ^+ 2 = 64%:R * (n i).+1%:R ^+ 2 * root i ^+ 2 by ring.
by rewrite rootE; exact: fine.
Qed.
End EveryGrid.
