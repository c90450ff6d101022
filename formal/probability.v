(* Finite probability: expectations over n independent samples of a finite law, Markov's inequality, and a quantity
   that shrinks by a factor in expectation with each step of a chain. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Expectation.
Variables (R : realFieldType) (T : finType) (p : T -> R).
Hypothesis p_ge0 : forall x, 0 <= p x.

Definition pw n (t : n.-tuple T) : R := \prod_(x <- t) p x.
Definition En n (F : n.-tuple T -> R) : R := \sum_(t : n.-tuple T) pw t * F t.
(* the weight of an event *)
Definition Pn n (A : pred (n.-tuple T)) : R := \sum_(t : n.-tuple T | A t) pw t.

Lemma pw_ge0 n (t : n.-tuple T) : 0 <= pw t.
Proof. by rewrite /pw; elim/big_rec: _ => [|i x _]; [exact: ler01 | exact: mulr_ge0]. Qed.

Lemma sum_tupleS n (F : n.+1.-tuple T -> R) :
  \sum_(t : n.+1.-tuple T) F t = \sum_(x : T) \sum_(t : n.-tuple T) F [tuple of x :: t].
Proof.
rewrite pair_bigA /=.
rewrite (reindex (fun xt : T * n.-tuple T => [tuple of xt.1 :: xt.2])) //=.
exists (fun t : n.+1.-tuple T => (thead t, [tuple of behead t])) => [[x t] _|t _] /=.
  by congr (_, _); apply: val_inj.
by rewrite [RHS]tuple_eta; apply: val_inj.
Qed.

Lemma En0 (F : 0.-tuple T -> R) : En F = F [tuple].
Proof.
rewrite /En (big_pred1 [tuple]) => [|t]; last by symmetry; apply/eqP; apply: tuple0.
by rewrite /pw big_nil mul1r.
Qed.

Lemma EnS n (F : n.+1.-tuple T -> R) :
  En F = \sum_(x : T) p x * En (fun t => F [tuple of x :: t]).
Proof.
rewrite /En sum_tupleS; apply: eq_bigr => x _.
by rewrite mulr_sumr; apply: eq_bigr => t _; rewrite /pw /= big_cons -mulrA.
Qed.

Lemma En_ge n (F G : n.-tuple T -> R) : (forall t, F t <= G t) -> En F <= En G.
Proof. by move=> FG; apply: ler_sum => t _; rewrite ler_wpmul2l // pw_ge0. Qed.

Lemma EnSr n (F : n.+1.-tuple T -> R) :
  En F = En (fun t => \sum_(x : T) p x * F [tuple of x :: t]).
Proof.
rewrite EnS /En; under eq_bigr do rewrite mulr_sumr.
rewrite exchange_big /=; apply: eq_bigr => t _; rewrite mulr_sumr.
by apply: eq_bigr => x _; rewrite mulrCA.
Qed.

Lemma Pn_E n (A : pred (n.-tuple T)) : Pn A = En (fun t => (A t)%:R).
Proof.
rewrite /Pn /En big_mkcond; apply: eq_bigr => t _.
by case: (A t); rewrite ?mulr1 ?mulr0.
Qed.

Lemma Pn_total n : \sum_x p x = 1 -> Pn (fun _ : n.-tuple T => true) = 1.
Proof.
move=> p1; rewrite Pn_E; elim: n => [|n IH]; first by rewrite En0.
by rewrite EnSr -[RHS]IH /En; apply: eq_bigr => t _; rewrite -mulr_suml p1 mul1r.
Qed.

Lemma markov n (A : pred (n.-tuple T)) (F : n.-tuple T -> R) theta :
  0 < theta -> (forall t, 0 <= F t) -> (forall t, A t -> theta <= F t) ->
  Pn A <= En F / theta.
Proof.
move=> th F0 AF; rewrite ler_pdivl_mulr // Pn_E /En mulr_suml.
apply: ler_sum => t _; rewrite -mulrA ler_wpmul2l ?pw_ge0 //.
by have := AF t; case: (A t) => [/(_ isT) AFt|_]; rewrite ?mul1r ?mul0r.
Qed.

Section Chain.
Variables (S : Type) (step : S -> T -> S) (I : pred S) (g : S -> R) (rho : R).
Hypothesis rho0 : 0 <= rho.
Hypothesis I_step : forall s x, I s -> I (step s x).
Hypothesis shrink : forall s, I s -> \sum_x p x * g (step s x) <= rho * g s.

Definition run (s : S) (t : seq T) := foldr (fun x s => step s x) s t.

Lemma run_I s t : I s -> I (run s t).
Proof. by move=> Is; elim: t => //= x t; apply: I_step. Qed.

Lemma chain_shrinks n s : I s -> En (fun t : n.-tuple T => g (run s t)) <= rho ^+ n * g s.
Proof.
move=> Is; elim: n => [|n IH]; first by rewrite En0 expr0 mul1r.
rewrite EnSr; apply: le_trans (_ : rho * En (fun t : n.-tuple T => g (run s t)) <= _).
  rewrite /En mulr_sumr; apply: ler_sum => t _.
  by rewrite [leRHS]mulrCA ler_wpmul2l ?pw_ge0 //; apply/shrink/run_I.
by rewrite exprS -mulrA ler_wpmul2l.
Qed.

End Chain.
End Expectation.

(* a law that is uniform on its outcomes: the weight of an event is its share of all samples *)
Section Uniform.
Variables (R : realFieldType) (T : finType) (p : T -> R).
Hypothesis uniform : forall x, p x = #|T|%:R^-1.

Lemma uniform_ge0 x : 0 <= p x. Proof. by rewrite uniform invr_ge0 ler0n. Qed.

Lemma uniform_sum : (0 < #|T|)%N -> \sum_x p x = 1.
Proof.
by move=> T0; rewrite (eq_bigr _ (fun x _ => uniform x)) sumr_const -[LHS]mulr_natl mulfV // pnatr_eq0 -lt0n.
Qed.

Lemma uniform_card n (B : {set n.-tuple T}) : Pn p (mem B) = #|B|%:R / #|{: n.-tuple T}|%:R.
Proof.
rewrite /Pn (eq_bigr (fun=> #|T|%:R ^- n)) => [|t _]; last first.
  by rewrite /pw (eq_bigr _ (fun x _ => uniform x)) big_tnth prodr_const /= card_ord size_tuple exprVn.
by rewrite sumr_const -[LHS]mulr_natl card_tuple natrX.
Qed.

Lemma uniform_le n (B : {set n.-tuple T}) (c : R) : (0 < #|T|)%N -> Pn p (mem B) <= c ->
  #|B|%:R <= c * #|{: n.-tuple T}|%:R.
Proof. by move=> T0; rewrite uniform_card ler_pdivr_mulr // ltr0n card_tuple expn_gt0 T0. Qed.
End Uniform.
