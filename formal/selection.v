(* Counting: of all functions on a finite set, those with prescribed values at some places; the union bound. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Choosing some coordinates leaves the others free. *)
Section Count.
Variables (I U A : finType) (iota : U -> I).
Hypothesis iota_inj : injective iota.

Lemma card_fiber (v : U -> A) :
  (#|[set w : {ffun I -> A} | [forall u, w (iota u) == v u]]| * #|A| ^ #|U| = #|A| ^ #|I|)%N.
Proof.
pose F i := [pred a : A | [forall u, (iota u == i) ==> (a == v u)]].
have -> : #|[set w : {ffun I -> A} | [forall u, w (iota u) == v u]]| = #|family F|.
  apply: eq_card => w; rewrite inE; apply/forallP/familyP => [wv i|wF u].
    by rewrite inE; apply/forallP => u; apply/implyP => /eqP <-.
  by have := wF (iota u); rewrite inE => /forallP /(_ u); rewrite eqxx.
rewrite card_family foldrE big_map big_enum /= (bigID [pred i | i \in codom iota]) /=.
rewrite big1 => [|i /codomP[u ->]]; last first.
  rewrite -(card1 (v u)); apply: eq_card => a; rewrite !inE.
  apply/forallP/eqP => [/(_ u)|-> u']; first by rewrite eqxx => /eqP.
  by apply/implyP => /eqP /iota_inj ->.
rewrite mul1n (eq_bigr (fun=> #|A|)) => [|i ni]; last first.
  apply: eq_card => a; rewrite !inE; apply/forallP => u; apply/implyP => /eqP e.
  by move: ni; rewrite -e codom_f.
rewrite prod_nat_const -expnD; congr (_ ^ _)%N.
by rewrite -(card_codom iota_inj) addnC -[RHS](cardC [pred i | i \in codom iota]).
Qed.

Lemma card_select (V : finType) (sel : {ffun I -> A} -> V) (v : V -> U -> A) (B : {set V}) :
  (forall w t, (sel w == t) = [forall u, w (iota u) == v t u]) ->
  (#|[set w | sel w \in B]| * #|A| ^ #|U| = #|B| * #|A| ^ #|I|)%N.
Proof.
move=> selE; rewrite -sum1_card (partition_big sel (mem B)) /= => [|w]; last by rewrite inE.
rewrite big_distrl /= -sum_nat_const; apply: eq_bigr => t tB.
rewrite -(card_fiber (v t)) sum1dep_card; congr (_ * _)%N.
apply: eq_card => w; rewrite !inE -selE.
by case: eqP => [->|]; rewrite ?andbT ?andbF.
Qed.
End Count.

Lemma card_bigcup (S J : finType) (F : J -> {set S}) : (#|\bigcup_j F j| <= \sum_j #|F j|)%N.
Proof.
elim/big_rec2: _ => [|j m X _ le]; first by rewrite cards0.
by apply: leq_trans (leq_card_setU _ _) _; rewrite leq_add2l.
Qed.
