(* The width of a ticket, for given numbers: outside a small set of networks, for every pair of an input and an output of
   every layer, and both signs of the network's own inputs, each number of [-1, 1] is within the layer's tolerance of a
   subset sum of the pair's gadgets. Nothing is assumed of the target's matrices but the size of their entries. *)
From Coq Require Import NArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import binary networks union_bound theorem_1_checked.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Local Notation num := nat_of_bin.

Section Check.
Local Open Scope N_scope.
(* one layer: each weight may be off by [tolerance]/t *)
Definition check_weight (q t n c tolerance : N) : bool :=
  let Q := q + q in N.leb ((2 * c + n * Q) * t) (tolerance * (Q * Q)).

Definition check_weights (L : law) (q p1 p2 : N) (ds ns cs : seq N) (t : N) (tolerances : seq N) (s : N)
  (failures : seq N) : bool :=
  check_chances L q p1 p2 ds ns cs t tolerances s failures &&
  all (fun i => check_weight q t (nth 0 ns i) (nth 0 cs i) (nth 0 tolerances i)) (iota 0 (size ns)).
End Check.

Definition tolerance (t : N) (tolerances : seq N) (R : rcfType) (i : nat) : R :=
  (num (nth 0%num tolerances i))%:R / (num t)%:R.

Theorem every_weight_checked (R : rcfType) (L : law) (q p1 p2 : N) (ds ns cs : seq N) (t : N) (tolerances : seq N)
  (s : N) (failures : seq N) : holds R L -> check_weights L q p1 p2 ds ns cs t tolerances s failures ->
  reaches_every_weight (num q) (size ns) (widths ds) (units ns) (tolerance t tolerances R)
    ((num p1)%:R / (num p2)%:R : R).
Proof.
move=> law /andP[ok /allP each]; have [q0 t0 _ _ _] := positive_numbers ok.
apply: (every_weight q0 _ (chances_ok R ok)) => i il.
apply: reaches_within (reaches_ok law ok il) _ (lexx _).
have /leb_nat tol : check_weight q t (nth 0%num ns i) (nth 0%num cs i) (nth 0%num tolerances i).
  by apply: each; rewrite mem_iota.
have N0 : 0 < ((num q + num q) * (num q + num q))%N%:R :> R by rewrite ltr0n muln_gt0 !addn_gt0 q0.
rewrite toleranceE // ler_pdivr_mulr // mulrAC ler_pdivl_mulr ?ltr0n // -!natrM ler_nat.
by move: tol; rewrite !(nat_of_mul_bin, nat_of_add_bin).
Qed.
