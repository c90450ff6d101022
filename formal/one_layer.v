(* L1 and L2: masks for one layer of the random network, found from subset sums for each of its weights. With two =
   false the inputs are not negative, as behind a ReLU, and one sign of subset sums is enough. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import probability r1_four_cycle r5_small_radius r3_contraction r4_subset_sum r4_uniform r6_gadget
  norms networks.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* L2, for inputs with a property that every entry has *)
Section OnInputs.
Variables (R : rcfType) (D E : finType) (A : E -> D -> R) (f : E -> D -> R -> R) (tau eta : R) (P : pred R).
Hypothesis close : forall e j t, P t -> `|A e j * t - f e j t| <= tau * `|t|.
Hypothesis eta0 : 0 <= eta.
Hypothesis small : tau ^+ 2 * (#|D| * #|E|)%:R <= eta ^+ 2.

Lemma layer_error_on x : (forall j, P (x j)) ->
  norm (fun e => mulmv A x e - \sum_j f e j (x j)) <= eta * norm x.
Proof.
move=> Px; pose f' e j t := if P t then f e j t else A e j * t.
rewrite (eq_norm (y := fun e => mulmv A x e - \sum_j f' e j (x j))) => [|e]; last first.
  by congr (_ - _); apply: eq_bigr => j _; rewrite /f' Px.
apply: (layer_error (tau := `|tau|)) => //; last by rewrite real_normK ?num_real.
move=> e j t; rewrite /f'; case: ifP => [Pt|_]; last by rewrite subrr normr0 mulr_ge0.
by apply: le_trans (close e j Pt) _; rewrite ler_wpmul2r // ler_norm.
Qed.
End OnInputs.

(* L1 and L2 for one layer: with two = false only the sign that non-negative inputs need *)
Section Layer.
Variables (R : rcfType) (q d e n : nat) (two : bool).
Hypothesis q0 : (0 < q)%N.
Local Notation Q := (q + q)%N.
Variables (A : 'I_d * 'I_n -> 'I_d -> 'I_Q) (B : 'I_e -> 'I_d * 'I_n -> 'I_Q).
Local Notation wt := (@wt R q).
Local Notation gadget := (@gadget R q).
Local Notation sample := (sample A B).

Lemma one_layer_signs (W : 'I_e -> 'I_d -> R) (tau : R) : (forall o j, `|W o j| <= 1) ->
  (forall b o j w, (b ==> two) -> - 1 <= w <= 1 -> exists2 m : bitseq, size m = n &
     `|w - \sum_(x <- mask m (sample b o j)) gadget x| <= tau) ->
  exists S : ('I_d * 'I_n -> 'I_d -> bool) * ('I_e -> 'I_d * 'I_n -> bool),
  exists2 f : 'I_e -> 'I_d -> R -> R, (forall x o, pruned A B S.1 S.2 x o = \sum_j f o j (x j)) &
    forall o j t, two || (0 <= t) -> `|W o j * t - f o j t| <= tau * `|t|.
Proof.
move=> W1 hit.
have /fin_all_exists[mm mmP] (ojb : 'I_e * 'I_d * bool) : exists m : bitseq, (ojb.2 ==> two) ->
    `|(if ojb.2 then - W ojb.1.1 ojb.1.2 else W ojb.1.1 ojb.1.2)
      - \sum_(x <- mask m (sample ojb.2 ojb.1.1 ojb.1.2)) gadget x| <= tau.
  case: ojb => [[o j] b] /=; case bt: (b ==> two); last by exists [::].
  have Woj := W1 o j; rewrite ler_norml in Woj.
  have [|m _ le] := hit b o j (if b then - W o j else W o j) bt; last by exists m.
  by case: (b) => //; move: Woj => /andP[w1 w2]; rewrite ler_oppl opprK w2 ler_oppl.
pose S1 (h : 'I_d * 'I_n) j := h.1 == j.
pose S2 o (h : 'I_d * 'I_n) := nth false (mm (o, h.1, wt (A h h.1) <= 0)) h.2.
pose f o j t := \sum_(k < n) (S2 o (j, k))%:R * wt (B o (j, k)) * Num.max 0 (wt (A (j, k) j) * t).
exists (S1, S2), f => [x o|o j t side].
  rewrite /pruned /f /= pair_bigA; apply: eq_bigr => -[j k] _ /=; congr (_ * Num.max 0 _).
  rewrite (bigD1 j) //= /S1 /= eqxx mul1r big1 ?addr0 // => j' /negbTE nj.
  by rewrite eq_sym nj !mul0r.
have key (b : bool) : (b ==> two) -> `|(if b then - W o j else W o j)
     - \sum_(k < n) (S2 o (j, k))%:R * wt (B o (j, k)) * Num.max 0 (wt (flip b (A (j, k) j)))| <= tau.
  move=> bt; have := mmP (o, j, b) bt; clear bt; rewrite big_mask_tuple /=.
  rewrite (_ : \sum_(k < n | _) _ = \sum_(k < n) (S2 o (j, k))%:R * wt (B o (j, k))
      * Num.max 0 (wt (flip b (A (j, k) j)))) //.
  rewrite big_mkcond; apply: eq_bigr => k _ /=; rewrite andbT tnth_mktuple /gadget /S2 /=.
  have [le|lt] := lerP (wt (A (j, k) j)) 0; case: b; rewrite /flip /= ?(wt_rev R q0).
  - by case: (nth _ _ _); rewrite ?mul1r ?mul0r.
  - by rewrite max_l // !mulr0 if_same.
  - by rewrite max_l ?oppr_le0 ?ltW // !mulr0 if_same.
  - by case: (nth _ _ _); rewrite ?mul1r ?mul0r.
have [t0|t0] := lerP 0 t.
  rewrite (ger0_norm t0) /f; have := key false isT; rewrite /flip => le.
  rewrite (eq_bigr _ (fun k _ => congr1 _ (max_pos _ t0))).
  under eq_bigr do rewrite mulrA.
  by rewrite -mulr_suml -mulrBl normrM (ger0_norm t0) ler_wpmul2r.
move: side; rewrite leNgt t0 orbF => two1.
rewrite (ltr0_norm t0) /f; have := key true two1; rewrite /flip => le.
have t1 : 0 <= - t by rewrite oppr_ge0 ltW.
have E k : Num.max 0 (wt (A (j, k) j) * t) = Num.max 0 (wt (rev_ord (A (j, k) j))) * - t.
  by rewrite -max_pos // (wt_rev R q0) mulrNN.
under eq_bigr do rewrite E mulrA.
by rewrite -mulr_suml -mulrNN -mulrBl normrM (ger0_norm t1) ler_wpmul2r.
Qed.
End Layer.
