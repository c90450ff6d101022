(* The width of a ticket, for given numbers: outside a small set of networks, for every pair of an input and an
   output of every layer, and both signs of the network's own inputs, each number of [-f, f] is within the layer's
   tolerance of f times a subset sum of the pair's gadgets, where f is the layer's factor. Nothing is assumed of the
   target's matrices but the size of their entries; biases are entries of the column of a constant input (biases.v). *)
From Coq Require Import NArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import r6_gadget binary networks union_bound theorem_1_checked.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Local Notation num := nat_of_bin.

Section Check.
Local Open Scope N_scope.
(* one layer: each weight may be off by [tolerance]/t, once the sums are multiplied by the factor *)
Definition check_weight (q t n c factor tolerance : N) : bool :=
  let Q := q + q in [&& N.ltb 0 factor & N.leb (factor * (2 * c + n * Q) * t) (tolerance * (Q * Q))].

Definition check_weights (L : law) (q p1 p2 : N) (ds ns cs factors : seq N) (t : N) (tolerances : seq N) (s : N)
  (failures : seq N) : bool :=
  [&& check_chances L q p1 p2 ds ns cs t tolerances s failures, eqn (size factors) (size ns) &
      all (fun i => check_weight q t (nth 0 ns i) (nth 0 cs i) (nth 0 factors i) (nth 0 tolerances i))
        (iota 0 (size ns))].
End Check.

(* as reaches_every_weight, for weights up to the layer's factor, by which the sums are multiplied *)
Definition reaches_every_multiple (R : rcfType) (q l : nat) (d n : nat -> nat) (factor tau : nat -> R) (delta : R) :
  Prop :=
  exists Bad : {set network q l d n}, #|Bad|%:R <= delta * #|network q l d n|%:R /\
  forall w : network q l d n, w \notin Bad ->
  forall (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) (b : bool), (b ==> (i == 0%N :> nat)) ->
  forall v : R, - factor i <= v <= factor i ->
  exists2 m : bitseq, size m = n i &
    `|v - factor i * \sum_(x <- mask m (sample (before w (i := i)) (behind w (i := i)) b o j)) gadget R x| <= tau i.

Lemma every_multiple (R : rcfType) (q l : nat) (d n : nat -> nat) (factor tau : nat -> R) (delta : R) :
  (forall i, (i < l)%N -> 0 < factor i) -> reaches_every_weight q l d n (fun i => tau i / factor i) delta ->
  reaches_every_multiple q l d n factor tau delta.
Proof.
move=> factor0 [Bad [small good]]; exists Bad; split=> // w wB i o j b side v /andP[v1 v2].
have f0 := factor0 i (ltn_ord i); have [|m mn le] := good w wB i o j b side (v / factor i).
  by rewrite ler_pdivl_mulr // ler_pdivr_mulr // mulN1r mul1r v1 v2.
exists m => //; set s := \sum_(x <- _) _ in le *.
have -> : v - factor i * s = factor i * (v / factor i - s) by rewrite mulrBr mulrCA divff ?gt_eqF // mulr1.
by rewrite normrM (gtr0_norm f0) mulrC -ler_pdivl_mulr.
Qed.

Definition factor (factors : seq N) (R : rcfType) (i : nat) : R := (num (nth 0%num factors i))%:R.
Definition tolerance (t : N) (tolerances : seq N) (R : rcfType) (i : nat) : R :=
  (num (nth 0%num tolerances i))%:R / (num t)%:R.

Theorem every_weight_checked (R : rcfType) (L : law) (q p1 p2 : N) (ds ns cs factors : seq N) (t : N)
  (tolerances : seq N) (s : N) (failures : seq N) :
  holds R L -> check_weights L q p1 p2 ds ns cs factors t tolerances s failures ->
  reaches_every_multiple (num q) (size ns) (widths ds) (units ns) (factor factors R) (tolerance t tolerances R)
    ((num p1)%:R / (num p2)%:R : R).
Proof.
move=> law /and3P[ok _ /allP each]; have [q0 t0 _ _ _] := positive_numbers ok.
have layer i : (i < size ns)%N -> check_weight q t (nth 0%num ns i) (nth 0%num cs i) (nth 0%num factors i)
  (nth 0%num tolerances i) by move=> il; apply: each; rewrite mem_iota.
have factor0 i : (i < size ns)%N -> 0 < factor factors R i by move=> /layer /andP[/ltb_nat f0 _]; rewrite ltr0n.
apply: (every_multiple factor0); apply: (every_weight q0 _ (chances_ok R ok)) => i il.
apply: reaches_within (reaches_ok law ok il) _ (lexx _).
have /andP[_ /leb_nat tol] := layer i il.
have N0 : 0 < ((num q + num q) * (num q + num q))%N%:R :> R by rewrite ltr0n muln_gt0 !addn_gt0 q0.
rewrite (ler_pdivl_mulr _ _ (factor0 i il)) toleranceE // mulrAC ler_pdivr_mulr // mulrAC ler_pdivl_mulr ?ltr0n //.
rewrite -!natrM ler_nat [(_ * num (nth _ factors i))%N]mulnC.
by move: tol; rewrite !(nat_of_mul_bin, nat_of_add_bin).
Qed.
