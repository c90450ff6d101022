(* The error of one drawn ticket (Mathematics 3.10): what its masks leave is compared with the target entry by entry. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import probability r1_four_cycle r5_small_radius r3_contraction r4_subset_sum r4_uniform r6_gadget
  norms networks composition.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* one drawn network and one choice of masks: what the masks leave of layer i *)
Section Ticket.
Variables (R : rcfType) (q l : nat) (d n : nat -> nat) (w : network q l d n).
Unset Implicit Arguments.
Variable S2 : forall i : 'I_l, 'I_(d i.+1) -> 'I_(d i) * 'I_(n i) -> bool.
Variable W : target R d l.
Set Implicit Arguments.
Local Notation wt := (@wt R q).

(* block-diagonal first masks *)
Definition blocks : forall i : 'I_l, masks d n i := fun i => (fun h j => h.1 == j, S2 i).
(* the weight that a positive, and a negative, input sees *)
Definition plus (i : 'I_l) o j : R := \sum_(k < n i) (S2 i o (j, k))%:R * wt (behind w (i := i) o (j, k)) * Num.max 0
  (wt (before w (i := i) (j, k) j)).
Definition minus (i : 'I_l) o j : R := - \sum_(k < n i) (S2 i o (j, k))%:R * wt (behind w (i := i) o (j, k)) * Num.max
  0 (- wt (before w (i := i) (j, k) j)).

Arguments plus : clear implicits.
Arguments minus : clear implicits.
Lemma max_neg (a t : R) : t <= 0 -> Num.max 0 (a * t) = Num.max 0 (- a) * - t.
Proof. by move=> t0; rewrite -max_pos ?oppr_ge0 // mulrNN. Qed.

Definition seen (i : 'I_l) o j (t : R) : R := if 0 <= t then plus i o j * t else minus i o j * t.
Arguments seen : clear implicits.

Lemma blocks_seen (i : 'I_l) (x : 'I_(d i) -> R) o :
  ticket w blocks x o = \sum_j seen i o j (x j).
Proof.
rewrite /ticket /pruned /=.
transitivity (\sum_(j < d i) \sum_(k < n i) (S2 i o (j, k))%:R * wt (behind w (i := i) o (j, k)) * Num.max 0 (wt
  (before w (i := i) (j, k) j) * x j)).
  rewrite pair_bigA; apply: eq_bigr => -[j k] _ /=; congr (_ * Num.max 0 _).
  rewrite (bigD1 j) //= eqxx mul1r big1 ?addr0 // => j' /negbTE nj.
  by rewrite eq_sym nj !mul0r.
apply: eq_bigr => j _; rewrite /seen; case: (lerP 0 (x j)) => [t0|t0].
  by rewrite /plus mulr_suml; apply: eq_bigr => k _; rewrite max_pos // mulrA.
rewrite /minus mulNr -mulrN mulr_suml; apply: eq_bigr => k _.
by rewrite max_neg ?(ltW t0) // mulrA.
Qed.

Unset Implicit Arguments.
Variables (L : nat -> R) (B : forall i : 'I_l, 'I_(d i.+1) -> 'I_(d i) -> R) (e : nat -> R).
Set Implicit Arguments.
Hypothesis WL : forall (i : 'I_l) x, norm (mulmv (W i) x) <= L i * norm x.
Hypothesis L0 : forall i, 0 <= L i.
Hypothesis e0 : forall i, 0 <= e i.
Hypothesis near_plus : forall (i : 'I_l) o j, `|W i o j - plus i o j| <= B i o j.
Hypothesis near_minus : forall (i : 'I_l) o j, i = 0%N :> nat -> `|W i o j - minus i o j| <= B i o j.
Hypothesis Be : forall i : 'I_l, frob (B i) <= e i.

Theorem ticket_error x : norm x <= 1 ->
  norm (fun o => net (apply W) x (leqnn l) o - net (ticket w blocks) x (leqnn l) o) <= err L e (fun i => L i + e i) l.
Proof.
move=> x1.
have close (i : 'I_l) (y : 'I_(d i) -> R) : allowed y -> norm (fun o => mulmv (W i) y o - ticket w blocks (i := i) y o)
  <= e i * norm y.
  move=> ay; rewrite (eq_norm (y := fun o => mulmv (W i) y o - \sum_j seen i o j (y j))) => [|o];
    last by rewrite blocks_seen.
  apply: (@le_trans _ _ (frob (B i) * norm y)); last by rewrite ler_wpmul2r ?norm_ge0 ?Be.
  apply: entries_error => o j; rewrite /seen; case: ifP => [_|neg].
    by rewrite -mulrBl normrM ler_wpmul2r ?near_plus.
  have i0 : i = 0%N :> nat by have := ay j; rewrite neg orbF => /eqP.
  by rewrite -mulrBl normrM ler_wpmul2r ?near_minus.
have grow (i : 'I_l) (y : 'I_(d i) -> R) : allowed y -> norm (ticket w blocks (i := i) y) <= (L i + e i) * norm y.
  move=> ay; rewrite (eq_norm (y := fun o => mulmv (W i) y o + (- 1) * (mulmv (W i) y o - ticket w blocks (i := i) y
    o))).
    by apply: le_trans (norm_add _ _) _; rewrite normN mulrDl ler_add ?WL ?close.
  by move=> o; ring.
have g0 i : 0 <= L i + e i by rewrite addr_ge0.
have [_ le] := posteriori WL L0 e0 g0 close grow x (leqnn l).
apply: le_trans le _; rewrite -[leRHS]mulr1 ler_wpmul2l //.
have gr k : 0 <= grown (fun i => L i + e i) k by elim: k => [|k IH] /=; rewrite ?ler01 // mulr_ge0.
by elim: (l) => [|k IH] //=; rewrite addr_ge0 ?mulr_ge0.
Qed.
End Ticket.
