(* Theorem 1 from any law of subset sums: if n_i samples of a hidden unit's gadget reach every weight of layer i within
   tau_i, outside a small set of samples, then few random networks cannot be pruned to within eps of some network. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import r4_uniform r6_gadget norms selection networks one_layer composition union_bound.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* among all random networks, at most the share delta is bad; every other one contains, for every target whose matrices
   have spectral norm at most 1, a ticket whose outputs differ from the target's by less than eps on the unit ball *)
Definition contains_tickets (R : rcfType) (q l : nat) (d n : nat -> nat) (eps delta : R) : Prop :=
  exists Bad : {set network q l d n}, #|Bad|%:R <= delta * #|network q l d n|%:R /\
  forall w : network q l d n, w \notin Bad ->
  forall W : target R d l, (forall i, contractive (W i)) ->
  exists S : forall i : 'I_l, masks d n i,
  forall x : 'I_(d 0%N) -> R, norm x <= 1 ->
    norm (fun o => net (apply W) x (leqnn l) o - net (ticket w S) x (leqnn l) o) < eps.

Section Theorem1.
Variables (R : rcfType) (q l : nat) (d n : nat -> nat).
Hypothesis q0 : (0 < q)%N.
Local Notation Q := (q + q)%N.
Local Notation network := (network q l d n).

(* the errors of the layers, with contractive targets, add up to less than the product of all 1 + eta_i minus 1 *)
Lemma err_contractive (eta : nat -> R) k :
  err (fun=> 1) eta (fun i => 1 + eta i) k = grown (fun i => 1 + eta i) k - 1.
Proof. by elim: k => [|k IH] /=; [rewrite subrr | rewrite IH; ring]. Qed.

Lemma grown_prod (eta : nat -> R) k : grown (fun i => 1 + eta i) k = \prod_(i < k) (1 + eta i).
Proof. by elim: k => [|k IH] /=; rewrite ?big_ord0 // big_ord_recr IH /= mulrC. Qed.

Theorem theorem_1_from (tau p eta : nat -> R) (eps delta : R) :
  (forall i, (i < l)%N -> reaches q (n i) (tau i) (p i)) ->
  (* a layer whose weights are all within tau differs by at most tau sqrt(d e) <= eta in norm *)
  (forall i, 0 <= eta i) ->
  (forall i, (i < l)%N -> tau i ^+ 2 * (d i * d i.+1)%:R <= eta i ^+ 2) ->
  \prod_(i < l) (1 + eta i) < 1 + eps ->
  (* the chance of failure, over all weights of all layers and the signs of their inputs *)
  \sum_(i < l) (sides i * (d i * d i.+1))%:R * p i <= delta ->
  contains_tickets q l d n eps delta.
Proof.
move=> law eta0 tol budget fail.
have [Bad [small good]] := every_weight (d := d) q0 law fail; exists Bad; split=> // w wB W W1.
have /fin_all_exists[S SP] (i : 'I_l) : exists S : masks d n i, forall x, allowed x ->
    norm (fun o => mulmv (W i) x o - pruned (before w (i := i)) (behind w (i := i)) S.1 S.2 x o) <= eta i * norm x.
  have [||S [f fE close]] := @one_layer_signs R q (d i) (d i.+1) (n i) (i == 0%N :> nat) q0
      (before w (i := i)) (behind w (i := i)) (W i) (tau i).
  - by move=> o j; exact: contractive_entry.
  - by move=> b o j v side v1; exact: good wB i o j b side v v1.
  exists S => x xa.
  rewrite (eq_norm (y := fun o => mulmv (W i) x o - \sum_j f o j (x j))) => [|o]; last by rewrite fE.
  by apply: (layer_error_on close (eta0 i)) => //; rewrite !card_ord; exact: (tol i (ltn_ord i)).
exists S => x x1.
have grow (i : 'I_l) (y : 'I_(d i) -> R) : allowed y -> norm (ticket w S (i := i) y) <= (1 + eta i) * norm y.
  move=> ay; rewrite (eq_norm (y := fun o => mulmv (W i) y o + (- 1) * (mulmv (W i) y o - ticket w S (i := i) y o))).
    by apply: le_trans (norm_add _ _) _; rewrite normN mulrDl mul1r ler_add ?W1 // SP.
  by move=> o; ring.
have one0 (i : nat) : 0 <= 1 + eta i by rewrite addr_ge0 ?ler01.
have W1' (i : 'I_l) (y : 'I_(d i) -> R) : norm (mulmv (W i) y) <= 1 * norm y by rewrite mul1r; exact: W1.
have [_ le] := posteriori (L := fun=> 1) W1' (fun=> ler01) eta0 one0 SP grow x (leqnn l).
apply: le_lt_trans le _; rewrite err_contractive grown_prod.
apply: (@le_lt_trans _ _ (\prod_(i < l) (1 + eta i) - 1)); last by rewrite ltr_subl_addl.
rewrite -[leRHS]mulr1 ler_wpmul2l // subr_ge0; elim/big_rec: _ => // i y _ y1.
by rewrite -[leLHS]mulr1 ler_pmul ?ler01 // ler_addl.
Qed.
End Theorem1.

(* equal shares eps/(2l) of the error, as in the paper, are within the budget *)
Lemma compound (R : rcfType) (eta : R) k : 0 < eta -> 2 * k.+1%:R * eta <= 1 ->
  (1 + eta) ^+ k.+1 < 1 + 2 * k.+1%:R * eta.
Proof.
move=> eta0; elim: k => [|k IH] le.
  by rewrite expr1 mulr1 ltr_add2l -[ltLHS]mul1r ltr_pmul2r // ltr_addl ltr01.
have step : 2 * k.+2%:R * eta = 2 * k.+1%:R * eta + 2 * eta by rewrite mulrSr; ring.
have le' : 2 * k.+1%:R * eta <= 1.
  by apply: le_trans le; rewrite step ler_addl mulr_ge0 ?ler0n // ltW.
have big : 0 < 1 + eta by rewrite addr_gt0 ?ltr01.
rewrite exprS; apply: lt_le_trans (_ : (1 + eta) * (1 + 2 * k.+1%:R * eta) <= _).
  by rewrite ltr_pmul2l // IH.
rewrite step; set m := 2 * _ * eta in le' *.
rewrite -subr_ge0 (_ : _ - _ = eta * (1 - m)); last by ring.
by rewrite mulr_ge0 ?subr_ge0 // ltW.
Qed.

Lemma equal_shares (R : rcfType) (eps : R) l : (0 < l)%N -> 0 < eps <= 1 ->
  \prod_(i < l) (1 + eps / (2 * l%:R)) < 1 + eps.
Proof.
case: l => // l _ /andP[e0 e1]; rewrite prodr_const card_ord.
have l1 : 0 < 2 * l.+1%:R :> R by rewrite mulr_gt0 ?ltr0n.
have epsE : 2 * l.+1%:R * (eps / (2 * l.+1%:R)) = eps by rewrite mulrC divfK // gt_eqF.
by have := @compound R (eps / (2 * l.+1%:R)) l; rewrite epsE; apply; rewrite ?divr_gt0.
Qed.

(* Theorem 1 in the shape of the paper: the law of one hidden unit with growth 1/8, equal shares *)
Theorem theorem_1 (R : rcfType) (q l : nat) (d n c : nat -> nat) (eps delta : R) :
  let Q := (q + q)%N in let N := (Q * Q)%N in
  (0 < q)%N -> (0 < l)%N -> 0 < eps <= 1 ->
  (forall i, (i < l)%N -> (0 < c i <= N)%N) ->
  (forall i, (i < l)%N ->
     ((c i).*2%:R / N%:R + (n i)%:R / Q%:R) ^+ 2 * (d i * d i.+1)%:R <= (eps / (2 * l%:R)) ^+ 2) ->
  \sum_(i < l) (sides i * (d i * d i.+1))%:R * ((15%:R / 16%:R) ^+ n i * (2 * (N%:R / (c i)%:R) ^+ 2)) <= delta ->
  contains_tickets q l d n eps delta.
Proof.
move=> Q N q0 l0 e01 cN tol fail; have /andP[e0 _] := e01.
apply: (theorem_1_from q0 (tau := fun i => (c i).*2%:R / N%:R + (n i)%:R / Q%:R)
  (eta := fun=> eps / (2 * l%:R)) _ _ tol _ fail) => [i il|_|].
- by apply: gadget_subset_sum => //; apply: cN.
- by rewrite divr_ge0 ?(ltW e0) // mulr_ge0 ?ler0n.
- exact: equal_shares.
Qed.
