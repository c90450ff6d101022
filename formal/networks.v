(* The definitions that Theorem 1 speaks of: targets, the random network with all its weights, masks, tickets.
   Layer i of a target takes d i numbers to d (i+1); ReLU stands between layers, not at the two ends. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import probability r1_four_cycle r5_small_radius r3_contraction r4_subset_sum r4_uniform r6_gadget
  norms selection.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Networks: layer i takes d i numbers to d i.+1; ReLU between layers, not at the two ends. *)
Section Net.
Variables (R : rcfType) (d : nat -> nat) (l : nat).
Local Notation vec i := ('I_(d i) -> R).

Definition act i (x : vec i) : vec i := if i is 0%N then x else relu x.

Definition target := forall i : 'I_l, 'I_(d i.+1) -> 'I_(d i) -> R.
Definition layers := forall i : 'I_l, vec i -> vec i.+1.

Fixpoint net (F : layers) (x : vec 0) k : (k <= l)%N -> vec k :=
  match k return (k <= l)%N -> vec k with
  | 0%N => fun _ => x
  | k'.+1 => fun lt => F (Ordinal lt) (act (net F x (ltnW lt)))
  end.

Lemma act_norm i (x : vec i) : norm (act x) <= norm x.
Proof. by case: i x => [|i] x //=; exact: relu_norm. Qed.

Lemma act_lip i (x y : vec i) : norm (fun j => act x j - act y j) <= norm (fun j => x j - y j).
Proof. by case: i x y => [|i] x y //=; exact: relu_lip. Qed.

Definition apply (A : target) : layers := fun i => mulmv (A i).

Definition allowed i (x : vec i) := forall j, (i == 0%N) || (0 <= x j).

Lemma act_allowed i (x : vec i) : allowed (act x).
Proof. by case: i x => [|i] x j //=; rewrite /relu le_maxr lexx. Qed.

End Net.

(* L1 and L2 for one layer, nothing random *)
Section Layer.
Variables (R : rcfType) (q d e n : nat).
Hypothesis q0 : (0 < q)%N.
Local Notation Q := (q + q)%N.
Variables (A : 'I_d * 'I_n -> 'I_d -> 'I_Q) (B : 'I_e -> 'I_d * 'I_n -> 'I_Q).
Local Notation wt := (@wt R q).
Local Notation gadget := (@gadget R q).

Definition pruned (S1 : 'I_d * 'I_n -> 'I_d -> bool) (S2 : 'I_e -> 'I_d * 'I_n -> bool)
  (x : 'I_d -> R) : 'I_e -> R := fun o =>
  \sum_h (S2 o h)%:R * wt (B o h) * Num.max 0 (\sum_j (S1 h j)%:R * wt (A h j) * x j).

Lemma wt_rev i : wt (rev_ord i) = - wt i.
Proof.
rewrite /wt -mulNr; congr (_ / _); rewrite -mulrNz; congr (_ *~ _).
by rewrite /oddw /=; have := ltn_ord i; lia.
Qed.

Definition flip (b : bool) (i : 'I_Q) := if b then rev_ord i else i.
Definition sample (b : bool) (o : 'I_e) (j : 'I_d) : n.-tuple ('I_Q * 'I_Q) :=
  [tuple (flip b (A (j, k) j), B o (j, k)) | k < n].

Lemma max_pos (a t : R) : 0 <= t -> Num.max 0 (a * t) = Num.max 0 a * t.
Proof. by move=> t0; rewrite maxr_pmull // mul0r. Qed.

End Layer.

Section Network.
Variables (R : rcfType) (q l : nat) (d n : nat -> nat).
Hypothesis q0 : (0 < q)%N.
Local Notation Q := (q + q)%N.
Local Notation N := (Q * Q)%N.

(* layer i of the random network: d i * n i hidden units, one matrix before and one behind the ReLU; all weights are
   drawn *)
Definition entry (i : nat) : finType :=
  [finType of (('I_(d i) * 'I_(n i)) * 'I_(d i) + 'I_(d i.+1) * ('I_(d i) * 'I_(n i)))%type].
Definition index : finType := [finType of {i : 'I_l & entry i}].
Definition network : finType := [finType of {ffun index -> 'I_Q}].

Definition before (w : network) (i : 'I_l) h j : 'I_Q :=
  w (existT (fun i : 'I_l => entry i) i (inl (h, j))).
Definition behind (w : network) (i : 'I_l) o h : 'I_Q :=
  w (existT (fun i : 'I_l => entry i) i (inr (o, h))).

Arguments before : clear implicits.
Arguments behind : clear implicits.

Definition masks (i : nat) : Type :=
  (('I_(d i) * 'I_(n i) -> 'I_(d i) -> bool) * ('I_(d i.+1) -> 'I_(d i) * 'I_(n i) -> bool))%type.

Definition ticket (w : network) (S : forall i : 'I_l, masks i) : layers R d l :=
  fun i => pruned (before w i) (behind w i) (S i).1 (S i).2.

Lemma card_sample (i : 'I_l) b o j (B : {set (n i).-tuple ('I_Q * 'I_Q)}) (p : R) :
  #|B|%:R <= p * #|{: (n i).-tuple ('I_Q * 'I_Q)}|%:R ->
  #|[set w : network | sample (before w i) (behind w i) b o j \in B]|%:R <= p * #|network|%:R.
Proof.
pose iota (u : 'I_(n i) * bool) : index := existT (fun i : 'I_l => entry i) i
  (if u.2 then inr (o, (j, u.1)) else inl ((j, u.1), j)).
pose v (t : (n i).-tuple ('I_Q * 'I_Q)) (u : 'I_(n i) * bool) : 'I_Q :=
  if u.2 then (tnth t u.1).2 else flip b (tnth t u.1).1.
have inj : injective iota.
  move=> [k1 b1] [k2 b2] /eqP; rewrite /iota eq_Tagged /= => /eqP.
  by case: b1; case: b2 => // -[->].
have flipK x : flip b (flip b x) = x :> 'I_Q by rewrite /flip; case: (b); rewrite ?rev_ordK.
have selE (w : network) t : (sample (before w i) (behind w i) b o j == t) = [forall u, w (iota u) == v t u].
  apply/eqP/forallP => [<- [k []]|wv].
  - by rewrite /v /= tnth_mktuple.
  - by rewrite /v /= tnth_mktuple /= flipK.
  apply: eq_from_tnth => k; rewrite tnth_mktuple.
  have := wv (k, false); have := wv (k, true); rewrite /v /iota /= => /eqP e1 /eqP e2.
  by rewrite /before /behind e1 e2 flipK; case: (tnth t k).
have := card_select inj B selE.
rewrite card_prod card_bool !card_ord => cs le.
have cT : #|{: (n i).-tuple ('I_Q * 'I_Q)}| = (Q ^ (n i * 2))%N.
  by rewrite card_tuple card_prod card_ord mulnn -expnM mulnC.
have QT : 0 < (Q ^ (n i * 2))%:R :> R by rewrite ltr0n expn_gt0; lia.
rewrite -(ler_pmul2r QT) -natrM cs -/network.
rewrite natrM (_ : (Q ^ #|index|)%N = #|network|); last by rewrite card_ffun card_ord.
rewrite mulrAC ler_wpmul2r ?ler0n //.
by rewrite -cT.
Qed.

End Network.
