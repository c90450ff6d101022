(* R3 and the chance in R4, for any law of whole-number shifts of M cells: if a sample of the law has growth kappa,
   then E[(1 - v')/v'] <= (1 - kappa/2) (1 - v)/v for the covered share v. The shift may depend on what is covered
   already, so that a sample can be rounded where rounding helps most. Also: what covered cells say about subset
   sums. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import probability.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Cells 0 .. M-1; a sample moves what is covered by a whole number of cells. The shift may depend on what is covered:
   rounding is chosen where it helps most. *)
Section Cover.
Variables (R : realFieldType) (M : nat) (T : finType) (p : T -> R) (X : {set 'I_M} -> T -> int).
Hypothesis p_ge0 : forall x, 0 <= p x.
Hypothesis p_sum : \sum_x p x = 1.
Implicit Types (K : {set 'I_M}) (x : T) (y z : 'I_M) (d : int).

(* the restricted process: cells covered so far, and those shifted within the window *)
Definition hit y z d : bool := z%:Z == y%:Z + d.
Definition fresh K d := [set z | (z \notin K) && [exists y in K, hit y z d]].
Definition step K x := K :|: fresh K (X K x).

(* what one sample is expected to add *)
Definition gain K : R := \sum_x p x * #|fresh K (X K x)|%:R.

Lemma hit_injl y y' z d : hit y z d -> hit y' z d -> y = y'.
Proof. by move=> /eqP h /eqP h'; apply: ord_inj; lia. Qed.

Lemma hit_injr y z z' d : hit y z d -> hit y z' d -> z = z'.
Proof. by move=> /eqP h /eqP h'; apply: ord_inj; lia. Qed.

Lemma card_fresh K d :
  #|fresh K d|%:R = \sum_(y in K) \sum_(z in ~: K) (hit y z d)%:R :> R.
Proof.
rewrite exchange_big /= -sum1_card natr_sum big_mkcond [RHS]big_mkcond /=.
apply: eq_bigr => z _; rewrite !inE; case: (z \in K) => //=.
case: ifP => [/existsP[y /andP[yK yz]]|/negbT]; last first.
  rewrite negb_exists => /forallP no; rewrite big1 // => y yK.
  by move: (no y); rewrite yK /= => /negbTE ->.
rewrite (bigD1 y) //= yz big1 ?addr0 // => y' /andP[_ ny].
by case: (boolP (hit _ _ _)) ny => // /hit_injl /(_ yz) ->; rewrite eqxx.
Qed.

Lemma card_fresh_le K d : #|fresh K d|%:R <= #|K|%:R :> R.
Proof.
rewrite card_fresh -[#|K|]sum1_card natr_sum; apply: ler_sum => y yK.
have [/existsP[z /andP[zK yz]]|] := boolP [exists z in ~: K, hit y z d].
  rewrite (bigD1 z) //= yz big1 ?addr0 // => z' /andP[_ nz].
  by case: (boolP (hit _ _ _)) nz => // /hit_injr /(_ yz) ->; rewrite eqxx.
rewrite negb_exists => /forallP no; rewrite big1 ?ler01 // => z zK.
by move: (no z); rewrite zK /= => /negbTE ->.
Qed.

Lemma card_step K x : #|step K x|%:R = #|K|%:R + #|fresh K (X K x)|%:R :> R.
Proof.
rewrite -natrD /step cardsU; congr _%:R; rewrite (_ : K :&: _ = set0) ?cards0 ?subn0 //.
by apply/setP => z; rewrite !inE; case: (z \in K).
Qed.

Definition g K : R := (M%:R - #|K|%:R) / #|K|%:R.

Lemma g_ge0 K : 0 <= g K.
Proof. by rewrite divr_ge0 ?ler0n // subr_ge0 ler_nat -[leqRHS]card_ord max_card. Qed.

Variable kappa : R.
Hypothesis growth : forall K, kappa * (#|K|%:R * (M%:R - #|K|%:R)) <= gain K * M%:R.

(* R3: 1/v' lies below its chord on [v, 2v] *)
Lemma contraction K : (0 < #|K|)%N ->
  \sum_x p x * g (step K x) <= (1 - kappa / 2) * g K.
Proof.
move=> K0; set k : R := #|K|%:R; have k0 : 0 < k by rewrite ltr0n.
have M0 : 0 < M%:R :> R by rewrite ltr0n; case/card_gt0P: K0 => y _; case: M y => // -[].
have chord x : g (step K x) <= g K - M%:R * #|fresh K (X K x)|%:R / (2 * k ^+ 2).
  rewrite /g card_step -/k; set f : R := #|fresh K (X K x)|%:R.
  have f0 : 0 <= f by exact: ler0n. have fk : f <= k by exact: card_fresh_le.
  have kf : 0 < k + f by rewrite ltr_paddr.
  rewrite -subr_ge0.
  have -> : (M%:R - k) / k - M%:R * f / (2 * k ^+ 2) - (M%:R - (k + f)) / (k + f)
     = M%:R * f * (k - f) / (2 * k ^+ 2 * (k + f)).
    by field; rewrite (gt_eqF k0) (gt_eqF kf).
  by rewrite divr_ge0 ?mulr_ge0 ?subr_ge0 ?ler0n ?exprn_ge0 // ltW.
apply: le_trans (_ : \sum_x p x * (g K - M%:R * #|fresh K (X K x)|%:R / (2 * k ^+ 2)) <= _).
  by apply: ler_sum => x _; rewrite ler_wpmul2l.
under eq_bigr do rewrite mulrBr.
rewrite sumrB -mulr_suml p_sum mul1r.
have -> : \sum_x p x * (M%:R * #|fresh K (X K x)|%:R / (2 * k ^+ 2)) = gain K * M%:R / (2 * k ^+ 2).
  rewrite /gain mulr_suml mulr_suml; apply: eq_bigr => x _.
  by field; rewrite (gt_eqF k0).
rewrite mulrBl mul1r ler_add2l ler_opp2.
have -> : kappa / 2 * g K = kappa * (k * (M%:R - k)) / (2 * k ^+ 2).
  by rewrite /g -/k; field; rewrite (gt_eqF k0).
rewrite ler_pmul2r; first exact: growth.
by rewrite invr_gt0 mulr_gt0 ?exprn_gt0 ?ltr0n.
Qed.

Lemma step_gt0 K x : (0 < #|K|)%N -> (0 < #|step K x|)%N.
Proof. by move=> K0; apply: leq_trans K0 _; apply/subset_leq_card/subsetUl. Qed.

Definition cov K (t : seq T) := run step K t.

Lemma cov_gt0 K t : (0 < #|K|)%N -> (0 < #|cov K t|)%N.
Proof. by apply: (run_I (I := fun K => (0 < #|K|)%N)) => // *; apply: step_gt0. Qed.

(* R4, the chance: more than s cells stay uncovered *)
Lemma uncovered_chance n K (s : nat) : (0 < #|K|)%N -> kappa <= 2 -> (s < M)%N ->
  Pn p (fun t : n.-tuple T => (s < #|~: cov K t|)%N) <=
  (1 - kappa / 2) ^+ n * g K * ((M%:R - (s.+1)%:R) / (s.+1)%:R).
Proof.
move=> K0 k2 sM; set th : R := (s.+1)%:R / (M%:R - (s.+1)%:R).
have [MS|MS] := leqP M s.+1.
  rewrite (_ : Pn _ _ = 0); last first.
    rewrite /Pn big_pred0 // => t; apply/negbTE; rewrite -leqNgt cardsCs setCK card_ord.
    have : (0 < #|cov K t|)%N by apply: cov_gt0.
    by lia.
  apply: mulr_ge0; last by rewrite divr_ge0 ?ler0n // subr_ge0 ler_nat.
  by rewrite mulr_ge0 ?g_ge0 // exprn_ge0 // subr_ge0 ler_pdivr_mulr ?mul1r ?ltr0n.
have th0 : 0 < th by rewrite divr_gt0 ?subr_gt0 ?ltr0n ?ltr_nat.
rewrite -[(_ - _) / _]invf_div -/th.
apply: (@le_trans _ _ (En p (fun t : n.-tuple T => g (cov K t)) / th)).
  apply: markov => // [t|t big]; first exact: g_ge0.
  have c0 : (0 < #|cov K t|)%N by apply: cov_gt0.
  have cM : (#|cov K t| + s.+1 <= M)%N.
    by move: big; rewrite cardsCs setCK card_ord; lia.
  have c1 : #|cov K t|%:R + (s.+1)%:R <= M%:R :> R by rewrite -natrD ler_nat.
  rewrite /th /g ler_pdivr_mulr ?subr_gt0 ?ltr_nat // mulrAC ler_pdivl_mulr ?ltr0n //.
  by apply: ler_pmul; rewrite ?ler0n // ler_subr_addr // addrC.
rewrite ler_pmul2r ?invr_gt0 //.
apply: (chain_shrinks p_ge0 (I := fun K => (0 < #|K|)%N)) => //.
- by rewrite subr_ge0 ler_pdivr_mulr ?mul1r ?ltr0n.
- by move=> *; apply: step_gt0.
- exact: contraction.
Qed.

End Cover.

Section Points.
Variables (R : realFieldType) (M : nat) (T : finType) (X : {set 'I_M} -> T -> int) (X0 : T -> int) (E : nat).
Hypothesis drift : forall K x, (`|X K x - X0 x| <= E)%N.
Implicit Types (K : {set 'I_M}).

(* every covered cell is a starting cell moved by the sum of some of the samples, and what rounding moved *)
Lemma cov_sum K (t : seq T) (z : 'I_M) : z \in cov X K t ->
  exists m : bitseq, exists2 y, y \in K & exists e : int,
    [/\ size m = size t, (`|e| <= size t * E)%N & z%:Z = y%:Z + \sum_(x <- mask m t) X0 x + e].
Proof.
elim: t z => [|x t IH] z /=.
  by move=> zK; exists [::], z => //; exists 0; rewrite big_nil !addr0.
rewrite inE => /orP[/IH[m [y yK [e [mt ee ->]]]]|].
  by exists (false :: m), y => //=; exists e; rewrite mt; split=> //; lia.
rewrite inE => /andP[_ /existsP[z' /andP[/IH[m [y yK [e [mt ee z'E]]]] /eqP zE]]].
have dK := drift (cov X K t) x; have {}zE : z%:Z = z'%:Z + X (cov X K t) x by [].
move: (X _ x) dK zE => d dK zE.
exists (true :: m), y => //=; exists (e + (d - X0 x)); rewrite mt big_cons; split=> //; first by lia.
rewrite zE z'E; move: (\sum_(_ <- _) _) => S; lia.
Qed.

(* if at most s cells are uncovered, a covered one is at most s away *)
Lemma near_covered K (s : nat) (i : 'I_M) : (0 < #|K|)%N -> (#|~: K| <= s)%N ->
  exists2 j, j \in K & (`|i%:Z - j%:Z| <= s)%N.
Proof.
move=> /card_gt0P[k kK] small.
case: (boolP [exists j in K, `|i%:Z - j%:Z| <= s]%N) => [/existsP[j /andP[jK le]]|].
  by exists j.
rewrite negb_exists => /forallP far; exfalso.
have out (j : nat) (jM : (j < M)%N) : (`|i%:Z - j%:Z| <= s)%N -> Ordinal jM \in ~: K.
  by move=> le; rewrite inE; apply/negP => jK; move: (far (Ordinal jM)); rewrite jK /= le.
have run (b : nat) : (b + s < M)%N -> (b <= i <= b + s)%N -> False.
  move=> bs /andP[bi ib].
  have lt (d : 'I_s.+1) : (b + d < M)%N by have := ltn_ord d; lia.
  have : (#|[set Ordinal (lt d) | d : 'I_s.+1]| <= #|~: K|)%N.
    apply/subset_leq_card/subsetP => _ /imsetP[d _ ->]; apply: out.
    by have := ltn_ord d; lia.
  rewrite card_imset ?card_ord; first by lia.
  by move=> d d' /(congr1 val) /= e; apply: ord_inj; lia.
have iM := ltn_ord i; have kM := ltn_ord k.
have [si|is_] := leqP s i; first by apply: (run (i - s)%N); lia.
have [isM|Mis] := ltnP (i + s) M; first by apply: (run i); lia.
have : Ordinal kM \in ~: K by apply: out; lia.
by rewrite (_ : Ordinal kM = k) ?inE ?kK //; apply: val_inj.
Qed.

(* every number of the window lies in a cell *)
Lemma in_cell (u : R) : (0 < M)%N -> 0 <= u <= M%:R ->
  exists i : 'I_M, i%:R <= u <= i%:R + 1.
Proof.
elim: M => // m IH _; rewrite mulrSr => /andP[u0 uM].
have [um|mu] := lerP u m%:R; last by exists ord_max; rewrite /= (ltW mu).
case: (posnP m) => [m0|m0].
  by exists ord_max; rewrite /= m0 u0 add0r (le_trans um) // m0 ler01.
by have [|i iu] := IH m0; [rewrite u0|exists (widen_ord (leqnSn m) i)].
Qed.

End Points.
