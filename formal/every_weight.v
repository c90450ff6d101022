(* Every weight of a random network at once: outside a small set of networks, for every pair of an input and an output of
   every layer, and both signs of the network's own inputs, each number of [-1, 1] is within the layer's tolerance of a
   subset sum of the pair's gadgets. This is what the width of a ticket rests on; nothing is assumed of the target's
   matrices but the size of their entries. *)
From Coq Require Import NArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import binary r4_uniform r6_gadget norms selection networks theorem_1 theorem_1_checked.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Local Notation num := nat_of_bin.

(* b = true: the sign of the first weights is turned around, as a negative input does; behind a ReLU there is none *)
Definition reaches_every_weight (R : rcfType) (q l : nat) (d n : nat -> nat) (tau : nat -> R) (delta : R) : Prop :=
  exists Bad : {set network q l d n}, #|Bad|%:R <= delta * #|network q l d n|%:R /\
  forall w : network q l d n, w \notin Bad ->
  forall (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) (b : bool), (b ==> (i == 0%N :> nat)) ->
  forall v : R, - 1 <= v <= 1 ->
  exists2 m : bitseq, size m = n i &
    `|v - \sum_(x <- mask m (sample (before w (i := i)) (behind w (i := i)) b o j)) gadget R x| <= tau i.

Section EveryWeight.
Variables (R : rcfType) (q l : nat) (d n : nat -> nat).
Hypothesis q0 : (0 < q)%N.
Local Notation Q := (q + q)%N.
Local Notation network := (network q l d n).

Theorem every_weight (tau p : nat -> R) (delta : R) :
  (forall i, (i < l)%N -> reaches q (n i) (tau i) (p i)) ->
  \sum_(i < l) (sides i * (d i * d i.+1))%:R * p i <= delta ->
  reaches_every_weight q l d n tau delta.
Proof.
move=> law fail.
have /fin_all_exists[B BP] (i : 'I_l) := law i (ltn_ord i).
pose bad (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) (b : 'I_(sides i)) :=
  [set w : network | sample (before w (i := i)) (behind w (i := i)) (b == 1%N :> nat) o j \in B i].
exists (\bigcup_i \bigcup_o \bigcup_j \bigcup_b bad i o j b); split; last first.
  move=> w good i o j b side; apply: (BP i).2; apply: contra good => wB.
  apply/bigcupP; exists i => //; apply/bigcupP; exists o => //.
  apply/bigcupP; exists j => //; apply/bigcupP.
  have bs : (b < sides i)%N by case: (b) side => //=; rewrite /sides => ->.
  by exists (Ordinal bs) => //; rewrite inE /=; case: (b) wB.
apply: le_trans (_ : (\sum_i \sum_o \sum_j \sum_b #|bad i o j b|)%N%:R <= _).
  rewrite ler_nat; do 3 (apply: leq_trans (card_bigcup _) _; apply: leq_sum => ? _).
  exact: card_bigcup.
apply: (@le_trans _ _ ((\sum_(i < l) (sides i * (d i * d i.+1))%:R * p i) * #|network|%:R)); last first.
  by rewrite ler_wpmul2r ?ler0n.
rewrite natr_sum mulr_suml; apply: ler_sum => i _; rewrite -mulrA.
have := (BP i).1 => le1; rewrite !natr_sum.
apply: (@le_trans _ _ (\sum_(o < d i.+1) \sum_(j < d i) \sum_(b < sides i) (p i * #|network|%:R))).
  apply: ler_sum => o _; rewrite natr_sum; apply: ler_sum => j _; rewrite natr_sum; apply: ler_sum => b _.
  exact: (card_sample q0).
rewrite !sumr_const !card_ord -!mulrnA -[leLHS]mulr_natl.
by rewrite le_eqVlt; apply/orP; left; apply/eqP; congr (_%:R * _); lia.
Qed.
End EveryWeight.

Section Check.
Local Open Scope N_scope.
(* One layer: as in [check_layer] of theorem_1_checked, but [tolerance]/t is what each weight may be off. *)
Definition check_weight (L : law) (q t s sides d e n c tolerance failure : N) : bool :=
  let Q := q + q in
  [&& N.ltb 0 c, N.leb (reach L * c) (Q * Q), N.ltb 0 (d * e),
      N.leb ((2 * c + n * Q) * t) (tolerance * (Q * Q)) &
      N.leb (factor1 L * sides * (d * e) * rate1 L ^ n * (Q * Q) ^ 2 * s) (factor2 L * rate2 L ^ n * c ^ 2 * failure)].

Definition check_weights (L : law) (q p1 p2 : N) (ds ns cs : seq N) (t : N) (tolerances : seq N) (s : N)
  (failures : seq N) : bool :=
  let l := size ns in
  [&& [&& N.ltb 0 q, N.eqb (N.modulo q (step L)) 0, N.ltb 0 (rate2 L), N.ltb 0 (factor2 L), N.ltb p1 p2,
          N.ltb 0 t & N.ltb 0 s],
      [&& eqn (size ds) l.+1, eqn (size cs) l, eqn (size tolerances) l, eqn (size failures) l & leq 1 l],
      N.leb (sum failures * p2) (p1 * s) &
      all (fun i => check_weight L q t s (bin_of_nat (sides i)) (nth 0 ds i) (nth 0 ds i.+1) (nth 0 ns i) (nth 0 cs i)
                      (nth 0 tolerances i) (nth 0 failures i)) (iota 0 l)].
End Check.

Lemma weight_sound (R : rcfType) (q t n c tolerance : nat) : (0 < q)%N -> (0 < t)%N ->
  ((2 * c + n * (q + q)) * t <= tolerance * ((q + q) * (q + q)))%N ->
  c.*2%:R / ((q + q) * (q + q))%N%:R + n%:R / (q + q)%N%:R <= tolerance%:R / t%:R :> R.
Proof.
move=> q0 t0 le; have Q0 : 0 < (q + q)%N%:R :> R by rewrite ltr0n addn_gt0 q0.
have t1 : 0 < t%:R :> R by rewrite ltr0n.
have -> : c.*2%:R / ((q + q) * (q + q))%N%:R + n%:R / (q + q)%N%:R =
    (2 * c + n * (q + q))%N%:R / ((q + q) * (q + q))%N%:R :> R.
  rewrite [(2 * c + _)%:R]natrD mulrDl mul2n; congr (_ + _).
  by rewrite !natrM -mulf_div divff ?mulr1 // gt_eqF.
by rewrite ler_pdivr_mulr ?natrM ?mulr_gt0 // mulrAC ler_pdivl_mulr // -!natrM ler_nat.
Qed.

Definition tolerance (t : N) (tolerances : seq N) (R : rcfType) (i : nat) : R :=
  (num (nth 0%num tolerances i))%:R / (num t)%:R.

Theorem every_weight_checked (R : rcfType) (L : law) (q p1 p2 : N) (ds ns cs : seq N) (t : N) (tolerances : seq N)
  (s : N) (failures : seq N) : holds R L -> check_weights L q p1 p2 ds ns cs t tolerances s failures ->
  reaches_every_weight (num q) (size ns) (widths ds) (units ns) (tolerance t tolerances R)
    ((num p1)%:R / (num p2)%:R : R).
Proof.
move=> law /and4P[/and4P[/ltb_nat q0 stepq /ltb_nat r20 /and4P[/ltb_nat f20 /ltb_nat p12 /ltb_nat t0 /ltb_nat s0]]].
move=> /and5P[_ _ _ /eqnP sizeF l0] /leb_nat fail /allP each.
have p20 : (0 < num p2)%N by exact: leq_ltn_trans p12.
have qE := nat_of_modulo stepq; set u := num (N.div _ _) in qE.
have u0 : (0 < u)%N by move: q0; rewrite qE muln_gt0 => /andP[].
have layer i : (i < size ns)%N -> check_weight L q t s (bin_of_nat (sides i)) (nth 0%num ds i) (nth 0%num ds i.+1)
    (nth 0%num ns i) (nth 0%num cs i) (nth 0%num tolerances i) (nth 0%num failures i).
  by move=> il; apply: each; rewrite mem_iota.
have pushE := (nat_of_mul_bin, nat_of_pow_bin, nat_of_add_bin, bin_of_natK).
pose c i := num (nth 0%num cs i); pose Q := (num q + num q)%N; pose N := (Q * Q)%N.
apply: (every_weight (p := fun i => ((num (rate1 L))%:R / (num (rate2 L))%:R) ^+ units ns i
     * ((num (factor1 L))%:R / (num (factor2 L))%:R * (N%:R / (c i)%:R) ^+ 2)) q0).
- move=> i /layer /and5P[/ltb_nat c0 /leb_nat cN _ /leb_nat tol _].
  have cN' : (num (reach L) * c i <= N)%N by move: cN; rewrite !pushE.
  have [B [small hit]] := law (num q) u (c i) (units ns i) u0 qE q0 c0 cN'.
  exists B; split=> // x xB v v1; have [m mn le] := hit x xB v v1; exists m => //.
  by apply: (le_trans le); apply: weight_sound => //; move: tol; rewrite !pushE.
apply: (@le_trans _ _ (\sum_(i < size ns) (num (nth 0%num failures i))%:R / (num s)%:R)).
  apply: ler_sum => i _; have /and5P[/ltb_nat c0 _ _ _ /leb_nat le] := layer i (ltn_ord i).
  by apply: failure_sound => //; move: le; rewrite !pushE.
rewrite sum_sound // ler_pdivr_mulr ?ltr0n // mulrAC ler_pdivl_mulr ?ltr0n //.
by move: fail; rewrite !pushE -(ler_nat R) !natrM.
Qed.
