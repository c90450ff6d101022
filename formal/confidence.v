(* Confidence intervals from counts, on finite probability spaces: an end of an interval that is excluded by the
   count is wrong with at most the stated probability, for a number of trials that is fixed (upper_limit,
   lower_limit) and for all numbers of trials at once (ville). *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import probability.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The law pr of all trials depends on an unknown number r, and so do the chances of counts. The upper end U k excludes
   every r above it: with such an r, a count of at most k has probability at most alpha. *)
Section FixedCount.
Variables (R : realFieldType) (Omega : finType) (pr : Omega -> R) (count : Omega -> nat) (alpha r : R).
Hypothesis pr0 : forall w, 0 <= pr w.
Hypothesis alpha0 : 0 <= alpha.

Lemma chance_le (A B : pred Omega) : (forall w, A w -> B w) -> \sum_(w | A w) pr w <= \sum_(w | B w) pr w.
Proof.
move=> AB; rewrite [leRHS](bigID A) /= -[leLHS]addr0; apply: ler_add; last by apply: sumr_ge0.
rewrite le_eqVlt; apply/orP; left; apply/eqP; apply: eq_bigl => w; case Aw: (A w); rewrite ?andbF //.
by rewrite AB.
Qed.

Theorem upper_limit (U : nat -> R) : (forall k, U k < r -> \sum_(w | (count w <= k)%N) pr w <= alpha) ->
  \sum_(w | U (count w) < r) pr w <= alpha.
Proof.
move=> excluded; have [w0 bad|none] := pickP (fun w => U (count w) < r); last by rewrite big_pred0.
case: (@arg_maxnP _ w0 (fun w => U (count w) < r) count bad) => w bad_w most.
by apply: le_trans (excluded _ bad_w); apply: chance_le => w' /most.
Qed.

Theorem lower_limit (L : nat -> R) : (forall k, r < L k -> \sum_(w | (k <= count w)%N) pr w <= alpha) ->
  \sum_(w | r < L (count w)) pr w <= alpha.
Proof.
move=> excluded; have [w0 bad|none] := pickP (fun w => r < L (count w)); last by rewrite big_pred0.
case: (@arg_minnP _ w0 (fun w => r < L (count w)) count bad) => w bad_w least.
by apply: le_trans (excluded _ bad_w); apply: chance_le => w' /least.
Qed.
End FixedCount.

(* Ville's inequality: what does not grow in expectation ever reaches theta with probability at most its start over
   theta. The samples of t come from its end to its front, as in probability.v: drop k t are the samples up to some
   time. *)
Section Ville.
Variables (R : realFieldType) (T : finType) (p : T -> R) (S : Type) (step : S -> T -> S) (g : S -> R) (theta : R).
Hypothesis p_ge0 : forall x, 0 <= p x.
Hypothesis p_sum : \sum_x p x = 1.
Hypothesis g_ge0 : forall s, 0 <= g s.
Hypothesis theta0 : 0 < theta.
Hypothesis fair : forall s, \sum_x p x * g (step s x) <= g s.

(* the process, stopped where it has reached theta *)
Definition stopped (s : S) (x : T) : S := if theta <= g s then s else step s x.

Lemma stopped_stays s (t : seq T) k : theta <= g (run stopped s (drop k t)) -> theta <= g (run stopped s t).
Proof. by elim: t k => [|x t IH] [|k] //= /IH reached; rewrite /stopped reached. Qed.

Lemma stopped_same s (t : seq T) : ~~ (theta <= g (run stopped s t)) -> run stopped s t = run step s t.
Proof.
elim: t => //= x t IH; case reached: (theta <= g (run stopped s t)); first by rewrite {1}/stopped !reached.
by move=> _; rewrite {1}/stopped reached IH ?reached.
Qed.

Lemma stopped_reaches s (t : seq T) k : theta <= g (run step s (drop k t)) -> theta <= g (run stopped s t).
Proof.
move=> reached; case low: (theta <= g (run stopped s t)) => //.
have low' : ~~ (theta <= g (run stopped s (drop k t))) by apply/negP => /stopped_stays; rewrite low.
by have := low'; rewrite (stopped_same low') reached.
Qed.

Theorem ville n s :
  Pn p (fun t : n.-tuple T => [exists k : 'I_n.+1, theta <= g (run step s (drop k t))]) <= g s / theta.
Proof.
have shrink s' : true -> \sum_x p x * g (stopped s' x) <= 1 * g s'.
  move=> _; rewrite mul1r /stopped; case: (theta <= g s'); last exact: fair.
  by rewrite -mulr_suml p_sum mul1r.
have := @chain_shrinks R T p p_ge0 S stopped xpredT g 1 ler01 (fun _ _ _ => isT) shrink n s isT.
rewrite expr1n mul1r => small.
apply: le_trans (_ : En p (fun t : n.-tuple T => g (run stopped s t)) / theta <= _).
  apply: (markov p_ge0 theta0) => [t|t /existsP[k]]; [exact: g_ge0 | exact: stopped_reaches].
by rewrite ler_pmul2r ?invr_gt0.
Qed.
End Ville.
