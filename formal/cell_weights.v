(* A certificate for weighted coverage (Mathematics 2.20 and 2.24): the weights of n equal cells of the window [-1, 1].
   Its check runs through all colourings of the cells; what follows from it is proved in gadget_growth.v. *)
From Coq Require Import NArith ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify ssrZ.
From LT Require Import sign_checker cells.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope nat_scope.

Record certificate := Certificate {
  weights : seq nat;  (* of the cells, from -1 to 1 *)
  least : nat;        (* no weight is smaller *)
  middle : nat;       (* the weights of the two cells around 0 are no smaller *)
  offsets : nat;      (* how many parts of a cell are told apart *)
  fineness : nat;     (* steps of the kernel for one such part *)
  scale : N;          (* of the table of the kernel, and of the weights of pairs *)
  pair_scale : N;
  bound : N;          (* of the flow between cells *)
  growth1 : N;        (* the growth growth1/growth2 that follows *)
  growth2 : N;
  start1 : N;         (* the factor start1/start2 of the chance of failure *)
  start2 : N
}.

Section Check.
Variable C : certificate.

Definition count : nat := size (weights C).
Definition half : nat := count./2.
(* steps in the unit interval *)
Definition steps : nat := (half * offsets C * fineness C)%N.
Definition weight (i : nat) : nat := nth (least C) (weights C) i.

(* from entry a on: scale (1/(b+1) + ... + 1/(b+k)), each term rounded down *)
Fixpoint tails (b k : nat) : seq Z :=
  if k is k'.+1 then let r := tails b.+1 k' in Z.add (Z.div (Z.of_N (scale C)) (Z.of_nat b.+1)) (head Z0 r) :: r
  else [:: Z0].

(* the largest distance, in steps, of points of the cells i and j whose offsets differ by o to o + 1 parts *)
Definition distance (o i j : nat) : nat :=
  let cell := (offsets C * fineness C)%N in
  if j <= i then (cell * (i - j) + fineness C * o.+1)%N else (cell * (j - i) - fineness C * o).+1.

Definition weightZ (i : nat) : Z := Z.of_nat (weight i).
(* Barker's rate w w' / (w + w'), rounded down *)
Definition rate (i j : nat) : Z :=
  Z.div (Z.mul (Z.of_N (pair_scale C)) (Z.mul (weightZ i) (weightZ j))) (Z.add (weightZ i) (weightZ j)).
Definition excess (table : seq Z) (o i j : nat) : Z :=
  Z.sub (Z.mul (nth Z0 table (distance o i j)) (rate i j)) (Z.mul (Z.of_N (bound C)) (Z.mul (weightZ i) (weightZ j))).

Definition colourings_check : bool :=
  let table := tails 0 steps in all (fun o => cut_check count (columns count (excess table o))) (iota 0 (offsets C)).

Definition sum_weights : N := foldr (fun w s => N.add (bin_of_nat w) s) 0%num (weights C).

Local Open Scope N_scope.
Definition numbers_check : bool :=
  [&& N.ltb 0 (scale C), N.ltb 0 (pair_scale C), N.leb (growth1 C) (growth2 C), N.ltb 0 (growth2 C), N.ltb 0 (start2 C),
      N.leb (growth1 C * 4 * scale C * pair_scale C * bin_of_nat half) (growth2 C * sum_weights * bound C) &
      N.leb (sum_weights * sum_weights * start2 C)
            (start1 C * bin_of_nat half * bin_of_nat half * 2 * bin_of_nat (least C) * bin_of_nat (middle C))].
Local Close Scope N_scope.

Definition shape_check : bool :=
  [&& ~~ odd count, 0 < half, 0 < offsets C, 0 < fineness C, 0 < least C, all (leq (least C)) (weights C), 0 < middle C,
      middle C <= weight half.-1 & middle C <= weight half].

Definition certificate_check : bool := [&& shape_check, numbers_check & colourings_check].
End Check.
