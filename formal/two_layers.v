(* The masks of a network with one hidden layer: a unit of which no first weight or no second weight is kept contributes
   nothing, so that h units have at most ((2^d - 1)^2 + 1)^h different prunings, and Theorem 2 bounds h. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import norms theorem_2_packing theorem_2.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section TwoLayers.
Variables (R : rcfType) (d h : nat).

(* the masks of the units: which inputs, and which outputs, each is connected with *)
Definition unit_masks : Type := ({set 'I_d} * {set 'I_d})%type.
Definition masked (a : 'I_h -> 'I_d -> R) (b : 'I_d -> 'I_h -> R) (m : 'I_h -> unit_masks) (x : 'I_d -> R) : 'I_d -> R
  :=
  fun o => \sum_u (o \in (m u).2)%:R * b o u * Num.max 0 (\sum_j (j \in (m u).1)%:R * a u j * x j).

(* two sets that are not empty, or nothing *)
Definition connected : finType := [finType of {A : {set 'I_d} | A != set0}].
Definition code : finType := [finType of option (connected * connected)].
Definition masks_of_code (c : code) : unit_masks := if c is Some AB then (val AB.1, val AB.2) else (set0, set0).
Definition code_of_masks (m : unit_masks) : code :=
  match insub m.1, insub m.2 with Some A, Some B => Some (A, B) | _, _ => None end.

Lemma card_code : #|code| = ((2 ^ d - 1) ^ 2).+1.
Proof.
rewrite card_option card_prod card_sig (eq_card (B := predC1 (set0 : {set 'I_d}))) // cardC1 -cardsT -powersetT
  card_powerset cardsT card_ord.
by rewrite subn1 mulnn.
Qed.

Lemma masked_code a b (m : 'I_h -> unit_masks) x :
  masked a b (fun u => masks_of_code (code_of_masks (m u))) x =1 masked a b m x.
Proof.
move=> o; apply: eq_bigr => u _; rewrite /code_of_masks; case: (m u) => A B /=.
have empty c (y : 'I_d -> R) : Num.max 0 (\sum_j (j \in (set0 : {set 'I_d}))%:R * c j * y j) = 0 :> R.
  by rewrite big1 ?maxxx // => j _; rewrite inE !mul0r.
case: (insubP connected A) => [A' _ <-|]; last first.
  by rewrite negbK => /eqP ->; rewrite !empty !mulr0.
case: (insubP connected B) => [B' _ <-|] //=.
by rewrite negbK => /eqP ->; rewrite !inE !mul0r.
Qed.

Hypothesis archi : Num.archimedean_axiom R.

(* Theorem 2 for h hidden units: s <= ((2^d - 1)^2 + 1)^h (2 eps)^(d^2) *)
Theorem hidden_units (eps s : R) (Omega : finType) (pr : Omega -> R)
  (a : Omega -> 'I_h -> 'I_d -> R) (b : Omega -> 'I_d -> 'I_h -> R) :
  (0 < d)%N -> 0 < eps -> (forall w, 0 <= pr w) -> \sum_w pr w = 1 ->
  (forall W : 'I_d -> 'I_d -> R, contractive W -> exists A : {set Omega}, s <= \sum_(w in A) pr w /\
     forall w, w \in A -> exists m, approximates eps W (masked (a w) (b w) m)) ->
  s <= ((((2 ^ d - 1) ^ 2).+1) ^ h)%:R * (2 * eps) ^+ (d * d).
Proof.
move=> d0 eps0 pr0 pr1 success.
pose G w (c : {ffun 'I_h -> code}) := masked (a w) (b w) (fun u => masks_of_code (c u)).
have := @theorem_2_codes R archi d eps s Omega _ pr G [ffun=> None] d0 eps0 pr0 pr1.
rewrite card_ffun card_code card_ord; apply=> W /success[A [sA good]]; exists A; split=> // w /good[m near].
exists [ffun u => code_of_masks (m u)] => x x1; have := near x x1; apply: le_trans.
rewrite le_eqVlt; apply/orP; left; apply/eqP/eq_norm => o; congr (_ - _); rewrite -masked_code.
by apply: eq_bigr => u _; rewrite ffunE.
Qed.
End TwoLayers.
