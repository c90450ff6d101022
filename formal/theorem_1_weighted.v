(* Theorem 1 by weighted coverage: chance (451/500)^n instead of (15/16)^n, for grids whose q is a multiple of 1024. *)
From Coq Require Import NArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import probability r1_four_cycle r5_small_radius r3_contraction r4_subset_sum r4_uniform r6_gadget weighted_covering gadget_flow gadget_cells networks theorem_1 theorem_1_checked.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Sums.
Variables (R : realFieldType) (q e : nat).
Hypotheses (e0 : (0 < e)%N) (qE : (q = m16 * e)%N).
Local Notation Q := (q + q)%N.
Local Notation N := (Q * Q)%N.
Local Notation M := (N + N)%N.
Local Notation T := ('I_Q * 'I_Q)%type.
Local Notation cw := (cw e).
Local Notation phi := (@phi R q e).

Theorem gadget_subset_sum_w (c n : nat) : (0 < c)%N -> (8 * c <= N)%N ->
  exists B : {set n.-tuple T},
    #|B|%:R <= (451%:R / 500%:R) ^+ n * (307%:R / 50%:R * (N%:R / c%:R) ^+ 2) * #|{: n.-tuple T}|%:R :> R
  /\ forall t : n.-tuple T, t \notin B -> forall w : R, - 1 <= w <= 1 ->
     exists2 m : bitseq, size m = n &
       `|w - \sum_(x <- mask m t) gadget R x| <= c.*2%:R / N%:R + n%:R / Q%:R.
Proof.
move=> c0 c8; have NE := N8 e0 qE; have w0 := cw0 e0.
have q0' := q0 e0 qE.
have n0 : (0 < N)%N by rewrite NE muln_gt0 w0.
have cN : (c <= N)%N by clear -c8; lia.
have N0 : 0 < N%:R :> R by rewrite ltr0n.
have C0 : 0 < c%:R :> R by rewrite ltr0n.
pose B := [set t : n.-tuple T | (c < #|~: cov (gadr_w phi) (start (ler0n R 2) cN) t|)%N].
exists B; split=> [|t].
  have card0 : 0 < #|{: n.-tuple T}|%:R :> R by rewrite ltr0n card_tuple card_prod card_ord expn_gt0 n0.
  rewrite -ler_pdivr_mulr // -pg_card //.
  have K0 : (0 < #|start (ler0n R 2) cN|)%N by rewrite card_start; clear -c0; lia.
  have h1 : 49%:R / 500%:R <= 1 :> R by rewrite ler_pdivr_mulr ?ltr0n // mul1r ler_nat.
  have cM : (c < M)%N by clear -n0 cN; lia.
  have := uncovered_chance_w (@pg_ge0 R q) (pg_sum R q0') (@phi_ge1 R q e) (growth16 R e0 qE) n K0 h1 cM.
  have -> : Pn (@pg R q) (fun t : n.-tuple T => (c < #|~: cov (gadr_w phi) (start (ler0n R 2) cN) t|)%N)
     = Pn (@pg R q) (mem B) by apply: eq_bigl => t; symmetry; exact: in_set.
  move=> /le_trans; apply.
  have -> : 1 - 49%:R / 500%:R = 451%:R / 500%:R :> R by field.
  have mid : mu phi (start (ler0n R 2) cN) = 2000%:R / 39%:R * c%:R.
    rewrite /mu (eq_bigr (fun=> 1000%:R / 39%:R)) => [|y /startP /andP[y1 y2]].
      by rewrite sumr_const card_start -[LHS]mulr_natr natrD; field.
    rewrite /gadget_cells.phi; congr (_%:R / _).
    have : (y %/ cw == 7)%N || (y %/ cw == 8)%N.
      have a1 : (7 <= y %/ cw)%N by rewrite leq_divRL //; clear -y1 c8 NE; lia.
      have a2 : (y %/ cw < 9)%N by rewrite ltn_divLR //; clear -y2 c8 NE; lia.
      by clear -a1 a2; lia.
    by case/orP => /eqP ->.
  rewrite -mulrA ler_wpmul2l ?exprn_ge0 ?divr_ge0 ?ler0n // /gw mid (total_phi R e0 qE).
  set tot := 692%:R / 39%:R * N%:R.
  have cNr : c%:R <= N%:R :> R by rewrite ler_nat.
  have t2 : N%:R <= tot by rewrite /tot ler_pemull ?ler0n // ler_pdivl_mulr ?ltr0n // mul1r ler_nat.
  have t8 : 2000%:R / 39%:R * c%:R <= tot.
    have : (8 * c)%:R <= N%:R :> R by rewrite ler_nat.
    rewrite natrM => le8; rewrite /tot; apply: le_trans (_ : 692%:R / 39%:R * (8%:R * c%:R) <= _); last first.
      by rewrite ler_wpmul2l ?divr_ge0 ?ler0n.
    by rewrite mulrA ler_wpmul2r ?ler0n // mulrAC ler_pmul2r ?invr_gt0 ?ltr0n // -natrM ler_nat.
  have low : (c.+1)%:R <= tot.
    by apply: le_trans t2; rewrite ler_nat; clear -c8 c0; lia.
  have k0 : 0 < 2000%:R / 39%:R * c%:R :> R by rewrite !mulr_gt0 ?invr_gt0 ?ltr0n.
  apply: (@le_trans _ _ (tot / (2000%:R / 39%:R * c%:R) * (tot / c%:R))).
    apply: ler_pmul.
    - by rewrite divr_ge0 ?(ltW k0) // subr_ge0.
    - by rewrite divr_ge0 ?ler0n // subr_ge0.
    - by rewrite ler_pmul2r ?invr_gt0 // ler_subl_addr ler_addl (ltW k0).
    apply: ler_pmul.
    - by rewrite subr_ge0.
    - by rewrite invr_ge0 ler0n.
    - by rewrite ler_subl_addr ler_addl ler0n.
    - by rewrite lef_pinv ?posrE ?ltr0n // ler_nat.
  rewrite (_ : tot / _ * _ = 692%:R ^+ 2 / (39%:R * 2000%:R) * (N%:R / c%:R) ^+ 2); last first.
    by rewrite /tot; move: (N%:R) N0 => k k1; field; rewrite gt_eqF.
  rewrite ler_wpmul2r ?exprn_ge0 ?divr_ge0 ?ler0n // -subr_ge0.
  rewrite (_ : _ - _ = 28%:R / (50%:R * 39%:R * 20%:R)); last by field.
  by rewrite divr_ge0 ?mulr_ge0 ?ler0n.
rewrite inE => good w /andP[w1 w2].
have [|m mn le] := subset_sum_good (@gadr_w_drift R q q0' phi) c0 n0 good (w := w * N%:R).
  by apply/andP; split; [rewrite -mulN1r ler_pmul2r|rewrite -[leRHS]mul1r ler_pmul2r].
exists m => //; rewrite (eq_bigr _ (fun x _ => gadgetE R q0' x)) -mulr_suml -raddf_sum /=.
set S := (\sum_(x <- _) _)%:~R in le *.
have -> : w - S / N%:R = (w * N%:R - S) / N%:R by rewrite mulrBl mulfK ?gt_eqF.
rewrite normrM normfV (gtr0_norm N0).
have -> : c.*2%:R / N%:R + n%:R / Q%:R = (c%:R + c%:R + (n * Q)%:R) / N%:R :> R.
  rewrite -addnn [(c + c)%:R]natrD [RHS]mulrDl; congr (_ + _).
  by rewrite !natrM -mulf_div divff ?mulr1 //; rewrite pnatr_eq0; clear -q0'; lia.
by rewrite ler_pmul2r ?invr_gt0.
Qed.
End Sums.


Definition weighted_law : law := Law 451 500 307 50 1024 8.

Lemma weighted_law_holds (R : rcfType) : holds R weighted_law.
Proof. by move=> q e c n e0 qE q0 Q N c0 c8; apply: (gadget_subset_sum_w R e0 qE n c0 c8). Qed.
