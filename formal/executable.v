(* A ticket given by lists is computed by Coq itself: run_ticket is a program on binary integers, and what it
   returns are the outputs of the masked random network of networks.v (run_ticket_sound). Hidden unit u = k d + j of
   a layer with d inputs is unit k of input j, as in the program that prunes networks. *)
From Coq Require Import NArith ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify ssrZ.
From LT Require Import r4_uniform r6_gadget norms networks integer_networks cells.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* a matrix as the list of its rows, and what stands at a place of it *)
Definition entry_at (T : Type) (x : T) (rows : seq (seq T)) (r c : nat) : T := nth x (nth [::] rows r) c.

(* one layer: for each of the two matrices of the random network its weights, in units of 1/Q, and a mask *)
Record layer := Layer {
  first : seq (seq Z); first_mask : seq (seq bool); second : seq (seq Z); second_mask : seq (seq bool)
}.
Definition no_layer : layer := Layer [::] [::] [::] [::].

(* weights of the grid are odd and less than Q in size *)
Definition on_grid (Q : Z) (z : Z) : bool := [&& Z.odd z, Z.ltb (Z.opp Q) z & Z.ltb z Q].
Definition all_on_grid (Q : Z) (Ls : seq layer) : bool :=
  all (fun L => all (all (on_grid Q)) (first L) && all (all (on_grid Q)) (second L)) Ls.

Definition sumZ (zs : seq Z) : Z := foldr Z.add Z0 zs.
Definition kept (rows : seq (seq Z)) (mask : seq (seq bool)) (r c : nat) : Z :=
  if entry_at false mask r c then entry_at (Zpos 1) rows r c else Z0.

Definition run_layer (L : layer) (d n e : nat) (v : seq Z) : seq Z :=
  let hidden := [seq Z.max 0 (sumZ [seq Z.mul (kept (first L) (first_mask L) u j) (nth Z0 v j) | j <- iota 0 d])
                | u <- iota 0 (n * d)] in
  [seq sumZ [seq Z.mul (kept (second L) (second_mask L) o u) (nth Z0 hidden u) | u <- iota 0 (n * d)] | o <- iota 0 e].

(* ReLU between layers, not before the first *)
Fixpoint run_ticket (Ls : seq layer) (d n : nat -> nat) (v : seq Z) (k : nat) : seq Z :=
  if k is k'.+1 then
    let v' := run_ticket Ls d n v k' in
    run_layer (nth no_layer Ls k') (d k') (n k') (d k) (if k' is 0%N then v' else [seq Z.max 0 z | z <- v'])
  else v.

Section Sound.
Variables (R : rcfType) (half_Q : N) (l : nat) (d n : nat -> nat) (Ls : seq layer).
Local Notation q := (nat_of_bin half_Q).
Local Notation Q := (q + q)%N.
Hypotheses (q0 : (0 < q)%N) (grid : all_on_grid (Z.of_N (N.add half_Q half_Q)) Ls).

Lemma grid_nat : all_on_grid (Z.of_nat Q) Ls.
Proof. by have -> : Z.of_nat Q = Z.of_N (N.add half_Q half_Q) by lia. Qed.
Local Notation toR := (toR R).
Local Notation data i := (nth no_layer Ls i).

Lemma Q_gt0 : (0 < Q)%N. Proof. by rewrite addn_gt0 q0. Qed.
(* the number k of the weight z = 2k + 1 - Q *)
Definition place (z : Z) : 'I_Q := Ordinal (ltn_pmod ((absz (int_of_Z z + Q%:Z - 1)%R)./2) Q_gt0).

Lemma oddw_place z : on_grid (Z.of_nat Q) z -> oddw (place z) = int_of_Z z.
Proof.
move=> /and3P[odd_z /Z.ltb_lt lo /Z.ltb_lt hi]; rewrite /oddw /=;
  have [k kE] := Zodd_ex z (proj1 (Zodd_bool_iff z) odd_z).
move: lo hi; rewrite kE => lo hi; rewrite modn_small; lia.
Qed.

Definition unit_of i (h : 'I_(d i) * 'I_(n i)) : nat := (h.2 * d i + h.1)%N.

Definition network_of : network q l d n := [ffun e : index l d n =>
  let: existT i x := e in match x with
    | inl hj => place (entry_at (Zpos 1) (first (data i)) (unit_of hj.1) hj.2)
    | inr oh => place (entry_at (Zpos 1) (second (data i)) oh.1 (unit_of oh.2))
  end].
Definition masks_of (i : 'I_l) : masks d n i :=
  (fun (h : 'I_(d i) * 'I_(n i)) (j : 'I_(d i)) => entry_at false (first_mask (data i)) (unit_of h) j,
   fun (o : 'I_(d i.+1)) (h : 'I_(d i) * 'I_(n i)) => entry_at false (second_mask (data i)) o (unit_of h)).

Lemma toR_max (z : Z) : toR (Z.max 0 z) = Num.max 0 (toR z).
Proof.
have := toR_le R; case: (Z.max_spec 0 z) => -[z0 ->] le.
  by rewrite max_r // -[0]/(toR Z0); apply: le; apply: Z.lt_le_incl.
by rewrite max_l // -[0]/(toR Z0); apply: le.
Qed.

Lemma toR_sum (f : nat -> Z) m : toR (sumZ [seq f u | u <- iota 0 m]) = \sum_(u < m) toR (f u).
Proof.
rewrite -(big_mkord xpredT (fun u => toR (f u))) /index_iota subn0.
by elim: (iota 0 m) => [|u s IH]; rewrite ?big_nil // big_cons /= toRD IH.
Qed.

Lemma entry_on_grid (rows : seq (seq Z)) r c : all (all (on_grid (Z.of_nat Q))) rows ->
  on_grid (Z.of_nat Q) (entry_at (Zpos 1) rows r c).
Proof.
move=> ok; have one : on_grid (Z.of_nat Q) (Zpos 1) by rewrite /on_grid /=; have := q0; lia.
rewrite /entry_at; have [rs|rs] := ltnP r (size rows); last by rewrite (nth_default [::] rs) nth_nil.
by have [cs|cs] := ltnP c (size (nth [::] rows r)); [exact: all_nthP (all_nthP _ ok r rs) c cs | rewrite nth_default].
Qed.

Lemma layer_on_grid i : all (all (on_grid (Z.of_nat Q))) (first (data i)) && all (all (on_grid (Z.of_nat Q))) (second
  (data i)).
Proof. by have [il|il] := ltnP i (size Ls); [exact: all_nthP grid_nat i il | rewrite nth_default]. Qed.

Lemma toR_kept (rows : seq (seq Z)) mask r c : all (all (on_grid (Z.of_nat Q))) rows ->
  toR (kept rows mask r c) / Q%:R = (entry_at false mask r c)%:R * wt R (place (entry_at (Zpos 1) rows r c)).
Proof.
move=> ok; rewrite /kept; case: (entry_at false mask r c); last by rewrite !mul0r.
by rewrite mul1r /wt oddw_place // entry_on_grid.
Qed.

Lemma sum_units i (f : nat -> R) : \sum_(h : 'I_(d i) * 'I_(n i)) f (unit_of h) = \sum_(u < n i * d i) f u.
Proof.
rewrite -(tile f) exchange_big pair_bigA /=; apply: eq_bigr => -[j k] _ /=; by rewrite /unit_of.
Qed.

Lemma nth_map_iota (f : nat -> Z) m u : (u < m)%N -> nth Z0 [seq f u | u <- iota 0 m] u = f u.
Proof. by move=> um; rewrite (nth_map 0%N) ?size_iota // nth_iota. Qed.

Lemma run_layer_sound (i : 'I_l) (v : seq Z) (s : R) : 0 < s ->
  pruned (before network_of (i := i)) (behind network_of (i := i)) (masks_of i).1 (masks_of i).2
    (fun j => toR (nth Z0 v j) / s) =1
  (fun o => toR (nth Z0 (run_layer (data i) (d i) (n i) (d i.+1) v) o) / (s * Q%:R ^+ 2)) :> ('I_(d i.+1) -> R).
Proof.
move=> s0 o; have Q0 : 0 < Q%:R :> R by rewrite ltr0n Q_gt0.
have /andP[g1 g2] := layer_on_grid i.
rewrite /run_layer nth_map_iota // toR_sum mulr_suml.
pose f u := toR (kept (second (data i)) (second_mask (data i)) o u) *
  Num.max 0 (toR (sumZ [seq Z.mul (kept (first (data i)) (first_mask (data i)) u j) (nth Z0 v j) | j <- iota 0 (d i)]))
  / (s * Q%:R ^+ 2).
rewrite (eq_bigr (fun u : 'I_(n i * d i) => f u)) => [|u _]; last by rewrite toRM nth_map_iota // toR_max.
rewrite -sum_units /pruned; apply: eq_bigr => h _; rewrite /f toR_sum.
have -> : \sum_j ((masks_of i).1 h j)%:R * wt R (before network_of (i := i) h j) * (toR (nth Z0 v j) / s) =
   (\sum_(j < d i) toR (Z.mul (kept (first (data i)) (first_mask (data i)) (unit_of h) j) (nth Z0 v j))) / (Q%:R * s).
  rewrite mulr_suml; apply: eq_bigr => j _; rewrite /before ffunE /= -toR_kept // toRM.
  by field; rewrite -natrD !gt_eqF.
rewrite /behind ffunE /= -toR_kept //; set a := \sum_(j < d i) toR _.
have -> : Num.max 0 (a / (Q%:R * s)) = Num.max 0 a / (Q%:R * s).
  by rewrite [RHS]maxr_pmull ?mul0r // invr_ge0 mulr_ge0 ?ltW.
by move: (Num.max 0 a) (toR _) => m b; field; rewrite -natrD !gt_eqF.
Qed.

Lemma act_toR k (v : seq Z) (s : R) : 0 < s -> act (fun j : 'I_(d k) => toR (nth Z0 v j) / s) =1
  (fun j => toR (nth Z0 (if k is 0%N then v else [seq Z.max 0 z | z <- v]) j) / s).
Proof.
move=> s0; case: k => [|k] j //=; rewrite /relu.
have -> : nth Z0 [seq Z.max 0 z | z <- v] j = Z.max 0 (nth Z0 v j).
  by have [lt|ge] := ltnP j (size v); [rewrite (nth_map Z0) | rewrite !nth_default ?size_map].
by rewrite toR_max maxr_pmull ?mul0r // invr_ge0 ltW.
Qed.

Theorem run_ticket_sound (v : seq Z) (s : R) k (kl : (k <= l)%N) : 0 < s ->
  net (ticket network_of masks_of) (fun j => toR (nth Z0 v j) / s) kl =1
  (fun o => toR (nth Z0 (run_ticket Ls d n v k) o) / (s * Q%:R ^+ (2 * k))) :> ('I_(d k) -> R).
Proof.
move=> s0; have Q0 : 0 < Q%:R :> R by rewrite ltr0n Q_gt0.
elim: k kl => [|k IH] kl o /=; first by rewrite muln0 expr0 mulr1.
set s' := s * Q%:R ^+ (2 * k) in IH; have s'0 : 0 < s' by rewrite mulr_gt0 ?exprn_gt0.
have -> : s * Q%:R ^+ (2 * k.+1) = s' * Q%:R ^+ 2 by rewrite -mulrA -exprD mulnS addnC.
rewrite -(run_layer_sound (i := Ordinal kl) _ s'0) /ticket /pruned.
apply: eq_bigr => h _; congr (_ * Num.max 0 _); apply: eq_bigr => j _; congr (_ * _).
by rewrite -(act_toR _ s'0); apply: act_ext => j'; rewrite IH.
Qed.
End Sound.
