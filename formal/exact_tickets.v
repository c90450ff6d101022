(* Exact tickets of quantised targets. The first weights of the random network are only signs: those of the drawn
   numbers; the second weights are uniform on the odd multiples of 1/Q in (-1, 1), as before. Then few networks fail
   to contain, for every target whose weights are multiples of 1/Q in (-1, 1), masks that leave exactly the target:
   equal outputs for all inputs, without any tolerance. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import probability r3_contraction r4_subset_sum r4_uniform r6_gadget exact_sums.
From LT Require Import norms networks integer_networks union_bound.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Law.
Variables (R : realFieldType) (q : nat).
Hypothesis q0 : (0 < q)%N.
Local Notation Q := (q + q)%N.
Local Notation T := ('I_Q * 'I_Q)%type.

(* the first weight is 1 for the upper half of the Q values, else -1; the product counts where the ReLU lets it
   through *)
Definition positive (i : 'I_Q) : bool := (q <= i)%N.
Definition signed (x : T) : int := if positive x.1 then oddw x.2 else 0.

Lemma card_positive : #|[pred i : 'I_Q | positive i]| = q.
Proof.
rewrite -sum1_card big_split_ord /= big_pred0 ?add0n => [|i]; last by rewrite inE /positive /= leqNgt ltn_ord.
by rewrite (eq_bigl xpredT) ?sum1_card ?card_ord // => i; rewrite inE /positive /= leq_addr.
Qed.

Lemma pu_even : ~~ odd Q. Proof. by rewrite oddD addbb. Qed.
Lemma Q_gt0 : (0 < Q)%N. Proof. by rewrite addn_gt0 q0. Qed.

(* half of the samples are zero, so the growth is half of that of the uniform law *)
Lemma growth_signed (K : {set 'I_(Q + Q)}) :
  4%:R^-1 * (#|K|%:R * ((Q + Q)%:R - #|K|%:R)) <= gain (@pg R q) (fun _ => signed) K * (Q + Q)%:R.
Proof.
have Q0 : 0 < Q%:R :> R by rewrite ltr0n Q_gt0.
have half : gain (@pu R Q) (fun _ => @oddw Q) K / 2 <= gain (@pg R q) (fun _ => signed) K.
  pose F (i k : 'I_Q) : R := @pg R q (i, k) * #|fresh K (signed (i, k))|%:R.
  have -> : gain (@pg R q) (fun _ => signed) K = \sum_i \sum_k F i k.
    by rewrite pair_bigA; apply: eq_bigr => -[].
  rewrite (bigID positive) /= -[leLHS]addr0; apply: ler_add; last first.
    by apply: sumr_ge0 => i _; apply: sumr_ge0 => k _; rewrite mulr_ge0 ?invr_ge0 ?ler0n.
  rewrite (eq_bigr (fun _ : 'I_Q => \sum_(k < Q) @pg R q (k, k) * #|fresh K (oddw k)|%:R)) => [|i pi]; last first.
    by apply: eq_bigr => k _; rewrite /F /signed pi.
  rewrite sumr_const card_positive -[leRHS]mulr_natl le_eqVlt; apply/orP; left; apply/eqP.
  rewrite /gain mulr_suml mulr_sumr; apply: eq_bigr => k _; rewrite /pu /pg natrM.
  have -> : q%:R = Q%:R / 2 :> R by rewrite natrD; field.
  by move: (Q%:R) Q0 => a a0; field; rewrite gt_eqF.
apply: le_trans (_ : gain (@pu R Q) (fun _ => @oddw Q) K / 2 * (Q + Q)%:R <= _); last by rewrite ler_wpmul2r ?ler0n.
rewrite mulrAC ler_pdivl_mulr ?ltr0n //; apply: le_trans (growth_uniform R Q_gt0 pu_even K).
by rewrite le_eqVlt; apply/orP; left; apply/eqP; field.
Qed.

Theorem exact_signed n : exists B : {set n.-tuple T},
    #|B|%:R <= (7%:R / 8%:R) ^+ n * ((Q + Q).-1 ^ 2)%:R * #|{: n.-tuple T}|%:R :> R
  /\ forall t : n.-tuple T, t \notin B -> forall v : int, - Q%:Z <= v < Q%:Z ->
     exists2 m : bitseq, size m = n & v = \sum_(x <- mask m t) signed x.
Proof.
exists [set t : n.-tuple T | (0 < #|~: cov (fun _ => signed) (centre Q_gt0) t|)%N]; split=> [|t]; last first.
  by rewrite inE => /all_covered.
have k2 : 4%:R^-1 <= 2 :> R by apply: (@le_trans _ _ 1); rewrite ?invf_le1 ?ler1n ?ltr0n.
have uniform := @pg_uniform R q; have T0 := card_pairs q0; apply: (uniform_le uniform T0).
have := chance_centre Q_gt0 n (uniform_ge0 uniform) (uniform_sum uniform T0) k2 growth_signed.
by have -> : 1 - 4%:R^-1 / 2 = 7%:R / 8%:R :> R by field.
Qed.
End Law.

Section Network.
Variables (R : rcfType) (q l : nat) (d n : nat -> nat).
Hypothesis q0 : (0 < q)%N.
Local Notation Q := (q + q)%N.
Local Notation network := (network q l d n).
Local Notation wt := (@wt R q).

Definition sign (i : 'I_Q) : R := if positive i then 1 else - 1.

(* one layer of the random network behind its masks, the first weights being signs *)
Definition signs_ticket (w : network) (S : forall i : 'I_l, masks d n i) : layers R d l := fun i x o =>
  \sum_h ((S i).2 o h)%:R * wt (behind w (i := i) o h) *
    Num.max 0 (\sum_j ((S i).1 h j)%:R * sign (before w (i := i) h j) * x j).

(* a target in units of 1/Q *)
Definition quantised (V : forall i : 'I_l, 'I_(d i.+1) -> 'I_(d i) -> int) : target R d l := fun i o j => (V i o j)%:~R
  / Q%:R.

Lemma positive_flip b (i : 'I_Q) : positive (flip b i) = b (+) positive i.
Proof.
rewrite /positive /flip; case: b => //=; have := ltn_ord i; move: q0.
by case: (leqP q i) => /=; lia.
Qed.

Lemma exact_layer (w : network) (i : 'I_l) (V : 'I_(d i.+1) -> 'I_(d i) -> int) :
  (forall o j, (`|V o j| < Q)%N) ->
  (forall o j b, (b ==> (i == 0%N :> nat)) -> forall v : int, - Q%:Z <= v < Q%:Z -> exists2 m : bitseq, size m = n i &
     v = \sum_(x <- mask m (sample (before w (i := i)) (behind w (i := i)) b o j)) signed x) ->
  exists S : masks d n i, forall x : 'I_(d i) -> R, allowed x -> forall o,
    \sum_h (S.2 o h)%:R * wt (behind w (i := i) o h) *
      Num.max 0 (\sum_j (S.1 h j)%:R * sign (before w (i := i) h j) * x j)
    = \sum_j (V o j)%:~R / Q%:R * x j.
Proof.
move=> V1 hit; set A := before w (i := i) in hit *; set B := behind w (i := i) in hit *.
pose value (b : bool) o j : int := if b then - V o j else V o j.
have /fin_all_exists[mm mmP] (ojb : 'I_(d i.+1) * 'I_(d i) * bool) : exists m : bitseq, (ojb.2 ==> (i == 0%N :> nat)) ->
    value ojb.2 ojb.1.1 ojb.1.2 = \sum_(k < n i | nth false m k) signed (flip ojb.2 (A (ojb.1.2, k) ojb.1.2), B ojb.1.1
      (ojb.1.2, k)).
  case: ojb => [[o j] b] /=; case side: (b ==> _); last by exists [::].
  have [|m _ ->] := hit o j b side (value b o j); first by have := V1 o j; rewrite /value; case: (b); lia.
  by exists m => _; rewrite big_mask_tuple; apply: eq_big => k; rewrite ?andbT ?tnth_mktuple.
pose S1 (h : 'I_(d i) * 'I_(n i)) j := h.1 == j.
pose S2 o (h : 'I_(d i) * 'I_(n i)) := nth false (mm (o, h.1, ~~ positive (A h h.1))) h.2.
exists (S1, S2) => x ax o /=.
have -> : \sum_h (S2 o h)%:R * wt (B o h) * Num.max 0 (\sum_j (S1 h j)%:R * sign (A h j) * x j) =
    \sum_j \sum_(k < n i) (S2 o (j, k))%:R * wt (B o (j, k)) * Num.max 0 (sign (A (j, k) j) * x j).
  rewrite pair_bigA; apply: eq_bigr => -[j k] _ /=; congr (_ * Num.max 0 _).
  rewrite (bigD1 j) //= /S1 eqxx mul1r big1 ?addr0 // => j' /negbTE nj.
  by rewrite eq_sym nj !mul0r.
apply: eq_bigr => j _; have Q0 : 0 < Q%:R :> R by rewrite ltr0n addn_gt0 q0.
(* the units that let an input of sign b through *)
have side_sum b : (b ==> (i == 0%N :> nat)) ->
    (value b o j)%:~R / Q%:R = \sum_(k < n i) (S2 o (j, k))%:R * wt (B o (j, k)) * (b (+) positive (A (j, k) j))%:R.
  move=> side; rewrite (mmP (o, j, b) side) /= raddf_sum mulr_suml big_mkcond; apply: eq_bigr => k _ /=.
  rewrite /signed /= positive_flip /S2 /=; case pk: (positive _); case: (b) => /=;
    by case: (nth _ _ _); rewrite ?mul1r ?mul0r ?mulr1 ?mulr0.
have through (k : 'I_(n i)) b (a : R) : 0 <= a -> Num.max 0 (sign (A (j, k) j) * (if b then - a else a)) =
    (b (+) positive (A (j, k) j))%:R * a.
  move=> a0; rewrite /sign; case: (positive _); case: b => /=; rewrite ?mul1r ?mulN1r ?opprK ?mul0r.
  - by rewrite max_l // oppr_le0.
  - by rewrite max_r.
  - by rewrite max_r.
  - by rewrite max_l // oppr_le0.
have [x0|x0] := lerP 0 (x j).
  rewrite (side_sum false isT) mulr_suml; apply: eq_bigr => k _.
  by rewrite (through k false) // mulrA.
have i0 : (i == 0%N :> nat) by have := ax j; rewrite leNgt x0 orbF.
have a0 : 0 <= - x j by rewrite oppr_ge0 ltW.
have -> : (V o j)%:~R / Q%:R * x j = (value true o j)%:~R / Q%:R * - x j.
  by rewrite /value mulrNz; ring.
rewrite side_sum // mulr_suml; apply: eq_bigr => k _.
by rewrite -[RHS]mulrA -(through k true) // opprK.
Qed.

Theorem exact_tickets (delta : R) :
  \sum_(i < l) (sides i * (d i * d i.+1))%:R * ((7%:R / 8%:R) ^+ n i * ((Q + Q).-1 ^ 2)%:R) <= delta ->
  exists Bad : {set network}, #|Bad|%:R <= delta * #|network|%:R /\
  forall w : network, w \notin Bad ->
  forall V : forall i : 'I_l, 'I_(d i.+1) -> 'I_(d i) -> int, (forall i o j, (`|V i o j| < Q)%N) ->
  exists S : forall i : 'I_l, masks d n i,
  forall x : 'I_(d 0%N) -> R, net (signs_ticket w S) x (leqnn l) =1 net (apply (quantised V)) x (leqnn l).
Proof.
move=> fail; have /fin_all_exists[B BP] (i : 'I_l) := exact_signed R q0 (n i).
have [Bad [small good]] := @no_bad_sample R q l d n q0 B
  (fun i => (7%:R / 8%:R) ^+ n i * ((Q + Q).-1 ^ 2)%:R) delta (fun i => (BP i).1) fail.
exists Bad; split=> // w wB V V1.
have /fin_all_exists[S SP] (i : 'I_l) := exact_layer (V1 i) (fun o j b side => (BP i).2 _ (good w wB i o j b side)).
exists S => x; have equal k (kl : (k <= l)%N) :
  net (signs_ticket w S) x kl =1 net (apply (quantised V)) x kl; last exact: equal.
elim: k kl => [|k IH] kl o //=.
have -> : signs_ticket w S (i := Ordinal kl) (act (net (signs_ticket w S) x (ltnW kl))) o =
    signs_ticket w S (i := Ordinal kl) (act (net (apply (quantised V)) x (ltnW kl))) o.
  apply: eq_bigr => h _; congr (_ * Num.max 0 _); apply: eq_bigr => j _; congr (_ * _).
  by apply: act_ext => j'; exact: IH.
by rewrite /signs_ticket SP //; exact: act_allowed.
Qed.
End Network.
