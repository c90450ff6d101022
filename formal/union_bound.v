(* The union bound over all weights of the random network: if n_i samples of a hidden unit's gadget reach every
   weight of layer i within tau_i, outside a small set of samples, then outside a small set of networks this holds
   for every pair of an input and an output of every layer, and for both signs of the network's own inputs, at once. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import r4_uniform r6_gadget norms selection networks.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* inputs of the first layer have two signs; behind a ReLU there is one *)
Definition sides (i : nat) : nat := (i == 0%N).+1.

Section Statements.
Variables (R : rcfType) (q : nat).
Local Notation Q := (q + q)%N.

(* among all samples of n gadgets, at most the share p leaves some number of [-1, 1] farther than tau from every
   subset sum *)
Definition reaches (n : nat) (tau p : R) : Prop :=
  exists B : {set n.-tuple ('I_Q * 'I_Q)},
    #|B|%:R <= p * #|{: n.-tuple ('I_Q * 'I_Q)}|%:R /\
    forall t : n.-tuple ('I_Q * 'I_Q), t \notin B -> forall w : R, - 1 <= w <= 1 ->
     exists2 m : bitseq, size m = n & `|w - \sum_(x <- mask m t) gadget R x| <= tau.

(* among all networks, at most the share delta is bad; in every other one, for each weight of each layer, every
   number of [-1, 1] is within the layer's tolerance of a subset sum. b = true: the sign of the first weights is
   turned around, as a negative input does; behind a ReLU there is none *)
Definition reaches_every_weight (l : nat) (d n : nat -> nat) (tau : nat -> R) (delta : R) : Prop :=
  exists Bad : {set network q l d n}, #|Bad|%:R <= delta * #|network q l d n|%:R /\
  forall w : network q l d n, w \notin Bad ->
  forall (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) (b : bool), (b ==> (i == 0%N :> nat)) ->
  forall v : R, - 1 <= v <= 1 ->
  exists2 m : bitseq, size m = n i &
    `|v - \sum_(x <- mask m (sample (before w (i := i)) (behind w (i := i)) b o j)) gadget R x| <= tau i.
End Statements.

Lemma reaches_within (R : rcfType) (q n : nat) (tau tau' p p' : R) :
  reaches q n tau p -> tau <= tau' -> p <= p' -> reaches q n tau' p'.
Proof.
move=> [B [small hit]] tt pp; exists B; split=> [|x xB v v1]; first by rewrite (le_trans small) // ler_wpmul2r ?ler0n.
by have [m mn le] := hit x xB v v1; exists m => //; exact: le_trans le tt.
Qed.

Section EveryWeight.
Variables (R : rcfType) (q l : nat) (d n : nat -> nat).
Hypothesis q0 : (0 < q)%N.
Local Notation Q := (q + q)%N.
Local Notation network := (network q l d n).

(* bad samples B_i of layer i, at most the share p_i of all samples: few networks have one anywhere *)
Lemma no_bad_sample (B : forall i : 'I_l, {set (n i).-tuple ('I_Q * 'I_Q)}) (p : nat -> R) (delta : R) :
  (forall i, #|B i|%:R <= p i * #|{: (n i).-tuple ('I_Q * 'I_Q)}|%:R) ->
  \sum_(i < l) (sides i * (d i * d i.+1))%:R * p i <= delta ->
  exists Bad : {set network}, #|Bad|%:R <= delta * #|network|%:R /\
  forall w : network, w \notin Bad ->
  forall (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) (b : bool), (b ==> (i == 0%N :> nat)) ->
  sample (before w (i := i)) (behind w (i := i)) b o j \notin B i.
Proof.
move=> small fail.
pose bad (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) (b : 'I_(sides i)) :=
  [set w : network | sample (before w (i := i)) (behind w (i := i)) (b == 1%N :> nat) o j \in B i].
exists (\bigcup_i \bigcup_o \bigcup_j \bigcup_b bad i o j b); split; last first.
  move=> w good i o j b side; apply: contra good => wB.
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
have le1 := small i; rewrite !natr_sum.
apply: (@le_trans _ _ (\sum_(o < d i.+1) \sum_(j < d i) \sum_(b < sides i) (p i * #|network|%:R))).
  apply: ler_sum => o _; rewrite natr_sum; apply: ler_sum => j _; rewrite natr_sum; apply: ler_sum => b _.
  exact: (card_sample q0).
rewrite !sumr_const !card_ord -!mulrnA -[leLHS]mulr_natl.
by rewrite le_eqVlt; apply/orP; left; apply/eqP; congr (_%:R * _); lia.
Qed.

Theorem every_weight (tau p : nat -> R) (delta : R) :
  (forall i, (i < l)%N -> reaches q (n i) (tau i) (p i)) ->
  \sum_(i < l) (sides i * (d i * d i.+1))%:R * p i <= delta ->
  reaches_every_weight q l d n tau delta.
Proof.
move=> law fail; have /fin_all_exists[B BP] (i : 'I_l) := law i (ltn_ord i).
have [Bad [small good]] := no_bad_sample (fun i => (BP i).1) fail.
by exists Bad; split=> // w wB i o j b side; apply: (BP i).2; exact: good.
Qed.
End EveryWeight.
