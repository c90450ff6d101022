(* Theorem 1 for given numbers. The hypotheses are inequalities between whole numbers, which Coq decides by computing;
   a program finds the numbers of hidden units and the shares, and nothing that it does need be trusted. *)
From Coq Require Import NArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import r4_uniform r6_gadget norms networks union_bound theorem_1 binary.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Local Notation num := nat_of_bin.

(* A law of subset sums on the grid of Q = 2q points, N = Q^2: outside the share (rate1/rate2)^n (factor1/factor2)
   (N/c)^2 of all samples of n gadgets, every number of [-1, 1] is within 2c/N + n/Q of a subset sum, provided that
   q is a multiple of step and reach c <= N. *)
Record law := Law { rate1 : N; rate2 : N; factor1 : N; factor2 : N; step : N; reach : N }.

Definition holds (R : rcfType) (L : law) : Prop := forall q e c n : nat,
  (0 < e)%N -> (q = num (step L) * e)%N -> (0 < q)%N ->
  let Q := (q + q)%N in let N := (Q * Q)%N in
  (0 < c)%N -> (num (reach L) * c <= N)%N ->
  reaches q n (c.*2%:R / N%:R + n%:R / Q%:R : R)
    (((num (rate1 L))%:R / (num (rate2 L))%:R) ^+ n * ((num (factor1 L))%:R / (num (factor2 L))%:R * (N%:R / c%:R) ^+
      2)).

(* growth 1/8 *)
Definition gadget_law : law := Law 15 16 2 1 1 1.

Lemma gadget_law_holds (R : rcfType) : holds R gadget_law.
Proof.
move=> q e c n _ _ q0 Q N c0; rewrite mul1n => cN.
have := @gadget_subset_sum R q q0 c n; rewrite c0 cN => /(_ isT).
by have -> : (num (factor1 gadget_law))%:R / (num (factor2 gadget_law))%:R = 2 :> R by rewrite divr1.
Qed.

Section Check.
Local Open Scope N_scope.
(* One layer's chance of failure: [sides] signs of its inputs, widths d and e, n hidden units for each input, c starting
   cells and the share [failure]/s of all failures. *)
Definition check_chance (L : law) (q s sides d e n c failure : N) : bool :=
  let Q := q + q in
  [&& N.ltb 0 c, N.leb (reach L * c) (Q * Q), N.ltb 0 (d * e) &
      N.leb (factor1 L * sides * (d * e) * rate1 L ^ n * (Q * Q) ^ 2 * s) (factor2 L * rate2 L ^ n * c ^ 2 * failure)].

(* one layer's tolerance: its share of the error is [error]/t *)
Definition check_error (q t d e n c error : N) : bool :=
  let Q := q + q in N.leb ((2 * c + n * Q) ^ 2 * (d * e) * t ^ 2) ((error * (Q * Q)) ^ 2).

Definition product (ns : seq N) : N := foldr N.mul 1 ns.
Definition sum (ns : seq N) : N := foldr N.add 0 ns.

(* The widths ds with ns hidden units for each input and cs starting cells, delta = p1/p2, weights uniform on the odd
   multiples of 1/(2q): failures/s are the layers' shares of delta, errors/t are numbers of the layers. *)
Definition check_chances (L : law) (q p1 p2 : N) (ds ns cs : seq N) (t : N) (errors : seq N) (s : N) (failures : seq N)
  : bool :=
  let l := size ns in
  [&& [&& N.ltb 0 q, N.eqb (N.modulo q (step L)) 0, N.ltb 0 (rate2 L), N.ltb 0 (factor2 L), N.ltb p1 p2,
          N.ltb 0 t & N.ltb 0 s],
      [&& eqn (size ds) l.+1, eqn (size cs) l, eqn (size errors) l, eqn (size failures) l & leq 1 l],
      N.leb (sum failures * p2) (p1 * s) &
      all (fun i => check_chance L q s (bin_of_nat (sides i)) (nth 0 ds i) (nth 0 ds i.+1) (nth 0 ns i) (nth 0 cs i)
                      (nth 0 failures i)) (iota 0 l)].

(* Theorem 1: errors/t are the layers' shares of eps = e1/e2 *)
Definition check (L : law) (q e1 e2 p1 p2 : N) (ds ns cs : seq N) (t : N) (errors : seq N) (s : N) (failures : seq N) :
  bool :=
  let l := size ns in
  [&& check_chances L q p1 p2 ds ns cs t errors s failures, N.ltb 0 e2,
      N.ltb (product [seq t + error | error <- errors] * e2) ((e1 + e2) * t ^ bin_of_nat l) &
      all (fun i => check_error q t (nth 0 ds i) (nth 0 ds i.+1) (nth 0 ns i) (nth 0 cs i) (nth 0 errors i)) (iota 0
        l)].
End Check.

(* what the inequalities between whole numbers say about fractions *)
Section Sound.
Variables (R : rcfType) (q t s d e n c error failure : nat).
Hypotheses (q0 : (0 < q)%N) (t0 : (0 < t)%N) (s0 : (0 < s)%N) (c0 : (0 < c)%N).
Local Notation Q := (q + q)%N.
Local Notation N := (Q * Q)%N.

Lemma toleranceE : c.*2%:R / N%:R + n%:R / Q%:R = (2 * c + n * Q)%:R / N%:R :> R.
Proof.
have Q0 : 0 < Q%:R :> R by rewrite ltr0n addn_gt0 q0.
rewrite [(2 * c + n * Q)%:R]natrD mulrDl mul2n; congr (_ + _).
by rewrite !natrM -mulf_div divff ?mulr1 // gt_eqF.
Qed.

Lemma tolerance_sound : ((2 * c + n * Q) ^ 2 * (d * e) * t ^ 2 <= (error * N) ^ 2)%N ->
  (c.*2%:R / N%:R + n%:R / Q%:R) ^+ 2 * (d * e)%:R <= (error%:R / t%:R) ^+ 2 :> R.
Proof.
have Q0 : 0 < Q%:R :> R by rewrite ltr0n addn_gt0 q0.
have t1 : 0 < t%:R :> R by rewrite ltr0n.
rewrite -(ler_nat R) toleranceE => le.
have N0 : 0 < N%:R :> R by rewrite natrM mulr_gt0.
rewrite !expr_div_n mulrAC ler_pdivr_mulr ?exprn_gt0 // [leRHS]mulrAC ler_pdivl_mulr ?exprn_gt0 //.
by move: le; rewrite [((error * N) ^ 2)%N]expnMn !(natrM, natrX).
Qed.

Variables (sides r1 r2 f1 f2 : nat).
Hypotheses (r20 : (0 < r2)%N) (f20 : (0 < f2)%N).

Lemma failure_sound : (f1 * sides * (d * e) * r1 ^ n * N ^ 2 * s <= f2 * r2 ^ n * c ^ 2 * failure)%N ->
  (sides * (d * e))%:R * ((r1%:R / r2%:R) ^+ n * (f1%:R / f2%:R * (N%:R / c%:R) ^+ 2)) <= failure%:R / s%:R :> R.
Proof.
rewrite -(ler_nat R) => le.
have s1 : 0 < s%:R :> R by rewrite ltr0n.
have c1 : 0 < c%:R :> R by rewrite ltr0n.
have f21 : 0 < f2%:R :> R by rewrite ltr0n.
have r21 : 0 < r2%:R ^+ n :> R by rewrite exprn_gt0 ?ltr0n.
have -> : (sides * (d * e))%:R * ((r1%:R / r2%:R) ^+ n * (f1%:R / f2%:R * (N%:R / c%:R) ^+ 2)) =
  (f1 * sides * (d * e) * r1 ^ n * N ^ 2)%:R / (f2 * r2 ^ n * c ^ 2)%:R :> R.
  rewrite !expr_div_n !(natrM, natrX); move: (Q%:R) (r2%:R ^+ n) r21 (r1%:R ^+ n) => Qr a a0 b.
  by field; rewrite !gt_eqF.
have frc : 0 < (f2 * r2 ^ n * c ^ 2)%:R :> R by rewrite !natrM !natrX !mulr_gt0 ?exprn_gt0 ?ltr0n.
by rewrite ler_pdivr_mulr // mulrAC ler_pdivl_mulr // -!natrM [(failure * _)%N]mulnC.
Qed.
End Sound.

Lemma product_sound (R : rcfType) (t : N) (errors : seq N) l : (0 < num t)%N -> size errors = l ->
  \prod_(i < l) (1 + (num (nth 0%num errors i))%:R / (num t)%:R) =
  (num (product [seq N.add t error | error <- errors]))%:R / (num t)%:R ^+ l :> R.
Proof.
move=> t0; have t1 : 0 < (num t)%:R :> R by rewrite ltr0n.
elim: errors l => [|x errors IH] l <-; first by rewrite big_ord0 expr0 divr1.
rewrite big_ord_recl /= (IH _ erefl) nat_of_mul_bin nat_of_add_bin natrM natrD exprS.
by field; rewrite expf_neq0 ?gt_eqF.
Qed.

Lemma sum_sound (R : rcfType) (s : N) (failures : seq N) l : size failures = l ->
  \sum_(i < l) (num (nth 0%num failures i))%:R / (num s)%:R = (num (sum failures))%:R / (num s)%:R :> R.
Proof.
elim: failures l => [|x failures IH] l <-; first by rewrite big_ord0 mul0r.
by rewrite big_ord_recl /= (IH _ erefl) nat_of_add_bin natrD mulrDl.
Qed.

(* lists as the functions of Theorem 1; beyond its end a list is never read, as [check] compares the lengths *)
Definition widths (ds : seq N) (i : nat) : nat := num (nth 0%num ds i).
Definition units (ns : seq N) (i : nat) : nat := num (nth 0%num ns i).


(* what check_chances says, whatever the tolerances are for *)
Section Chances.
Variables (R : rcfType) (L : law) (q p1 p2 : N) (ds ns cs : seq N) (t : N) (errors : seq N) (s : N) (failures : seq N).
Hypotheses (law_L : holds R L) (ok : check_chances L q p1 p2 ds ns cs t errors s failures).
Local Notation l := (size ns).
Local Notation Q := (num q + num q)%N.

Definition start_of (i : nat) : nat := num (nth 0%num cs i).
Definition chance_of (i : nat) : R := ((num (rate1 L))%:R / (num (rate2 L))%:R) ^+ units ns i
  * ((num (factor1 L))%:R / (num (factor2 L))%:R * ((Q * Q)%N%:R / (start_of i)%:R) ^+ 2).

Lemma positive_numbers : [/\ 0 < num q, 0 < num t, 0 < num s, 0 < num (rate2 L) & 0 < num (factor2 L)]%N.
Proof. by case/and4P: ok => /and4P[/ltb_nat q0 _ /ltb_nat r20 /and4P[/ltb_nat f20 _ /ltb_nat t0 /ltb_nat s0]]. Qed.

Lemma size_errors : size errors = l.
Proof. by case/and4P: ok => _ /and5P[_ _ /eqnP]. Qed.

Lemma chance_ok i : (i < l)%N -> check_chance L q s (bin_of_nat (sides i)) (nth 0%num ds i) (nth 0%num ds i.+1)
  (nth 0%num ns i) (nth 0%num cs i) (nth 0%num failures i).
Proof. by case/and4P: ok => _ _ _ /allP each il; apply: each; rewrite mem_iota. Qed.

Lemma reaches_ok i : (i < l)%N ->
  reaches (num q) (units ns i) ((start_of i).*2%:R / (Q * Q)%N%:R + (units ns i)%:R / Q%:R) (chance_of i).
Proof.
move=> /chance_ok /and4P[/ltb_nat c0 /leb_nat cN _ _].
case/and4P: ok => /and4P[/ltb_nat q0 stepq _ _] _ _ _.
have qE := nat_of_modulo stepq; set u := num (N.div _ _) in qE.
have u0 : (0 < u)%N by move: q0; rewrite qE muln_gt0 => /andP[].
by apply: law_L u0 qE q0 c0 _; move: cN; rewrite !(nat_of_mul_bin, nat_of_add_bin).
Qed.

Lemma chances_ok :
  \sum_(i < l) (sides i * (widths ds i * widths ds i.+1))%:R * chance_of i <= (num p1)%:R / (num p2)%:R.
Proof.
have pushE := (nat_of_mul_bin, nat_of_pow_bin, nat_of_add_bin, bin_of_natK).
have [q0 t0 s0 r20 f20] := positive_numbers.
case/and4P: ok => /and4P[_ _ _ /and4P[_ /ltb_nat p12 _ _]] /and5P[_ _ _ /eqnP sizeF _] /leb_nat fail _.
have p20 : (0 < num p2)%N by exact: leq_ltn_trans p12.
apply: (@le_trans _ _ (\sum_(i < l) (num (nth 0%num failures i))%:R / (num s)%:R)).
  apply: ler_sum => i _; have /and4P[/ltb_nat c0 _ _ /leb_nat le] := chance_ok (ltn_ord i).
  by apply: failure_sound => //; move: le; rewrite !pushE.
rewrite sum_sound // ler_pdivr_mulr ?ltr0n // mulrAC ler_pdivl_mulr ?ltr0n //.
by move: fail; rewrite !pushE -(ler_nat R) !natrM.
Qed.
End Chances.

Theorem theorem_1_checked (R : rcfType) (L : law) (q e1 e2 p1 p2 : N) (ds ns cs : seq N) (t : N) (errors : seq N)
  (s : N) (failures : seq N) : holds R L -> check L q e1 e2 p1 p2 ds ns cs t errors s failures ->
  contains_tickets (num q) (size ns) (widths ds) (units ns)
    ((num e1)%:R / (num e2)%:R : R) ((num p1)%:R / (num p2)%:R : R).
Proof.
move=> law /and4P[ok /ltb_nat e20 /ltb_nat budget /allP each].
have pushE := (nat_of_mul_bin, nat_of_pow_bin, nat_of_add_bin, bin_of_natK).
have [q0 t0 _ _ _] := positive_numbers ok.
apply: (theorem_1_from q0 (reaches_ok law ok) _ _ _ (chances_ok R ok)
  (eta := fun i => (num (nth 0%num errors i))%:R / (num t)%:R)).
- by move=> i; rewrite divr_ge0 ?ler0n.
- move=> i il; have /leb_nat tol : check_error q t (nth 0%num ds i) (nth 0%num ds i.+1) (nth 0%num ns i)
    (nth 0%num cs i) (nth 0%num errors i) by apply: each; rewrite mem_iota.
  by apply: tolerance_sound => //; move: tol; rewrite !pushE.
rewrite product_sound ?(size_errors ok) // ltr_pdivr_mulr ?exprn_gt0 ?ltr0n //.
have e2r : 0 < (num e2)%:R :> R by rewrite ltr0n.
rewrite -(ltr_pmul2r e2r) mulrAC mulrDl mul1r divfK ?gt_eqF //.
by move: budget; rewrite !pushE -(ltr_nat R) !(natrM, natrD, natrX) [(num e2)%:R + _]addrC.
Qed.
