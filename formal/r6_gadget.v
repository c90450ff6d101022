(* R6 and R4 for the law of one hidden unit's gadget b max(0, a), a and b uniform on the odd multiples of 1/Q in (-1, 1):
   growth 1/8, and all but the share (15/16)^n 2 (Q^2/c)^2 of the samples reach every number of [-1, 1] within
   2c/Q^2 + n/Q. One step takes the sum of the gadget and of the rounding, of at most |a|/Q, that covers most. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import probability r1_four_cycle r5_small_radius r3_contraction r4_subset_sum r4_uniform.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma tile (R : zmodType) (f : nat -> R) (w q : nat) :
  \sum_(j < q) \sum_(u < w) f (j * w + u)%N = \sum_(d < q * w) f d.
Proof.
elim: q => [|q IH]; first by rewrite !big_ord0.
rewrite big_ord_recr /= IH -!(big_mkord xpredT) mulSn addnC.
rewrite [RHS](big_cat_nat _ (n := q * w)) ?leq_addr //=; congr (_ + _).
rewrite -[X in \sum_(X <= _ < _) _]add0n big_addn addKn big_mkord.
by apply: eq_bigr => u _; rewrite addnC.
Qed.

Lemma sum_odd q : (\sum_(i < q + q) (i.*2.+1 - (q + q)) = q * q)%N.
Proof.
rewrite big_split_ord /= big1 => [|i _]; last by have := ltn_ord i; lia.
rewrite add0n (eq_bigr (fun i : 'I_q => i.*2.+1)) => [|i _]; last by lia.
by elim: q => [|q IH]; rewrite ?big_ord0 // big_ord_recr /= IH; lia.
Qed.

Section Gadget.
Variables (R : realFieldType) (q : nat).
Hypothesis q0 : (0 < q)%N.
Local Notation Q := (q + q)%N.
Local Notation N := (Q * Q)%N.
Local Notation M := (N + N)%N.
Local Notation T := ('I_Q * 'I_Q)%type.

Definition pos (i : 'I_Q) : nat := (i.*2.+1 - Q)%N.
Definition gad (x : T) : int := oddw x.2 * (pos x.1)%:Z.
Definition rounded (x : T) (u : nat) : int := gad x + u%:Z - (pos x.1)%:Z.
Definition best (K : {set 'I_M}) (x : T) : 'I_(pos x.1 + pos x.1).+1 :=
  [arg max_(u > ord0) #|fresh K (rounded x u)|].
Definition gadr (K : {set 'I_M}) (x : T) : int := rounded x (best K x).
Definition pg (x : T) : R := N%:R^-1.

Lemma gadr_drift K x : (`|gadr K x - gad x| <= Q)%N.
Proof.
have := ltn_ord (best K x); have := ltn_ord x.1.
rewrite /gadr /rounded /pos; move: (gad x) => G; lia.
Qed.

Lemma gadr_best K x u : (u <= pos x.1 + pos x.1)%N ->
  (#|fresh K (rounded x u)| <= #|fresh K (gadr K x)|)%N.
Proof.
move=> us; rewrite /gadr /best; case: arg_maxnP => // v _ max_v.
exact: (max_v (Ordinal (us : (u < (pos x.1 + pos x.1).+1)%N)) isT).
Qed.

(* shifts by all whole numbers from -r to r, half as often at the ends *)
Lemma all_shifts (K : {set 'I_M}) r : (0 < r)%N ->
  \sum_(d < r + r) (#|fresh K (d%:Z - r%:Z)|%:R + #|fresh K (d%:Z + 1 - r%:Z)|%:R) =
  \sum_(y in K) \sum_(z in ~: K) (h r y z)%:R :> R.
Proof.
move=> r0; rewrite (eq_bigr (fun d : 'I_(r + r) => \sum_(y in K) \sum_(z in ~: K)
   ((hit y z (d%:Z - r%:Z))%:R + (hit y z (d%:Z + 1 - r%:Z))%:R))) => [|d _]; last first.
  rewrite (card_fresh R) (card_fresh R) -big_split; apply: eq_bigr => y _ /=.
  by rewrite -big_split.
rewrite exchange_big; apply: eq_bigr => y _ /=.
rewrite exchange_big; apply: eq_bigr => z _ /=.
under eq_bigr do rewrite -natrD.
rewrite -natr_sum; congr _%:R; rewrite big_split /h /hit /=.
have one (P : nat -> bool) (d0 : nat) (b : bool) :
    (forall d, (d < r + r)%N -> P d = b && (d == d0)) -> (b -> d0 < r + r)%N -> (\sum_(d < r + r) P d = b)%N.
  move=> PE dlt; case: b PE dlt => [PE /(_ isT) dlt|PE _]; last first.
    by rewrite big1 // => d _; rewrite PE // ltn_ord.
  rewrite (bigD1 (Ordinal dlt)) //= PE // eqxx big1 // => d; rewrite -val_eqE /= => nd.
  by rewrite PE ?ltn_ord // (negbTE nd).
rewrite (one (fun d => z%:Z == y%:Z + (d%:Z - r%:Z)) (z + r - y)%N ((y <= z + r) && (z < y + r))%N); first last.
- by lia.
- by move=> d dr; lia.
rewrite (one (fun d => z%:Z == y%:Z + (d%:Z + 1 - r%:Z)) (z + r - y.+1)%N ((y < z + r) && (z <= y + r))%N); first last.
- by lia.
- by move=> d dr; lia.
by lia.
Qed.

Lemma row (K : {set 'I_M}) (i : 'I_Q) :
  (N * pos i)%:R * (#|K|%:R * (M%:R - #|K|%:R)) <=
  M%:R ^+ 2 * \sum_(j < Q) #|fresh K (gadr K (i, j))|%:R :> R.
Proof.
have iQ := ltn_ord i; case: (posnP (pos i)) => [s0|s0].
  by rewrite s0 muln0 mul0r mulr_ge0 ?exprn_ge0 ?ler0n // sumr_ge0 // => j _; rewrite ler0n.
set s := pos i in s0 *; set r := (Q * s)%N.
have r0 : (0 < r)%N by rewrite /r muln_gt0 s0; lia.
have sQ : (s <= Q)%N by rewrite /s /pos; lia.
have rM : (r + r <= M)%N by rewrite /r leq_add // leq_mul.
have S4 : 0 < (4 * s)%:R :> R by rewrite ltr0n muln_gt0.
rewrite -(ler_pmul2l S4).
have -> : (4 * s)%:R * ((N * s)%:R * (#|K|%:R * (M%:R - #|K|%:R)))
    = 4%:R * r%:R ^+ 2 * (#|K|%:R * (M%:R - #|K|%:R)) :> R by rewrite /r !natrM; ring.
apply: le_trans (small_radius_cut R K r0 rM) _.
rewrite [leRHS]mulrCA ler_wpmul2l ?exprn_ge0 ?ler0n // -all_shifts //.
have rr : (r + r = Q * (s + s))%N by rewrite /r; lia.
rewrite rr -(tile (fun d : nat => #|fresh K (d%:Z - r%:Z)|%:R + #|fresh K (d%:Z + 1 - r%:Z)|%:R : R)).
rewrite mulr_sumr; apply: ler_sum => j _.
apply: le_trans (_ : \sum_(u < s + s) (2 * #|fresh K (gadr K (i, j))|%:R) <= _).
  apply: ler_sum => u _; have us := ltn_ord u.
  have -> : (j * (s + s) + u)%:Z - r%:Z = rounded (i, j) u.
    by rewrite /rounded /gad /oddw /= -/s /r; lia.
  have -> : (j * (s + s) + u)%:Z + 1 - r%:Z = rounded (i, j) u.+1.
    by rewrite /rounded /gad /oddw /= -/s /r; lia.
  rewrite -natrD -(natrM _ 2) ler_nat mul2n -addnn leq_add // gadr_best //=; by rewrite -/s; lia.
rewrite sumr_const card_ord -mulr_natl mulrA -natrM.
by rewrite (_ : (s + s) * 2 = 4 * s)%N //; lia.
Qed.

Lemma growth_gadget (K : {set 'I_M}) :
  8%:R^-1 * (#|K|%:R * (M%:R - #|K|%:R)) <= gain pg gadr K * M%:R.
Proof.
set A := #|K|%:R * _; have n0 : (0 < N)%N by rewrite muln_gt0; lia.
have N0 : 0 < N%:R :> R by rewrite ltr0n.
have M2 : M%:R = 2 * N%:R :> R by rewrite addnn -mul2n natrM.
have : \sum_(i < Q) (N * pos i)%:R * A <=
   \sum_(i < Q) M%:R ^+ 2 * \sum_(j < Q) #|fresh K (gadr K (i, j))|%:R by apply: ler_sum => i _; exact: row.
rewrite -mulr_sumr pair_bigA /= -mulr_suml.
have -> : \sum_(i < Q) (N * pos i)%:R = N%:R * (q * q)%:R :> R.
  by under eq_bigr do rewrite natrM; rewrite -mulr_sumr -natr_sum sum_odd.
have -> : (q * q)%:R = N%:R / 4%:R :> R.
  have -> : (Q * Q = 4 * (q * q))%N by lia.
  by rewrite natrM; field.
have -> : gain pg gadr K = N%:R^-1 * \sum_p #|fresh K (gadr K (p.1, p.2))|%:R.
  by rewrite /gain -mulr_sumr; congr (_ * _); apply: eq_bigr => -[i j] _.
move: (\sum_p _) => S le; rewrite M2 in le *.
have -> : N%:R^-1 * S * (2 * N%:R) = 2 * S.
  by field; rewrite -natrD pnatr_eq0; lia.
have k0 : 0 < 2 * N%:R ^+ 2 :> R by rewrite mulr_gt0 ?exprn_gt0 ?ltr0n.
rewrite -(ler_pmul2l k0).
have -> : 2 * N%:R ^+ 2 * (8%:R^-1 * A) = N%:R * (N%:R / 4%:R) * A by field.
by have -> : 2 * N%:R ^+ 2 * (2 * S) = (2 * N%:R) ^+ 2 * S by ring.
Qed.


Lemma pg_ge0 x : 0 <= pg x. Proof. by rewrite invr_ge0 ler0n. Qed.

Lemma pg_sum : \sum_x pg x = 1.
Proof.
by rewrite sumr_const card_prod card_ord -[LHS]mulr_natl mulfV // pnatr_eq0 muln_eq0; lia.
Qed.

Lemma pg_card n (B : {set n.-tuple T}) : Pn pg (mem B) = #|B|%:R / #|{: n.-tuple T}|%:R.
Proof.
rewrite /Pn (eq_bigr (fun=> N%:R ^- n)) => [|t _]; last first.
  by rewrite /pw big_tnth prodr_const /= card_ord size_tuple exprVn.
by rewrite sumr_const -[LHS]mulr_natl card_tuple card_prod card_ord natrX.
Qed.

(* the weights a and b, and the gadget's value *)
Definition wt (i : 'I_Q) : R := (oddw i)%:~R / Q%:R.
Definition gadget (x : T) : R := wt x.2 * Num.max 0 (wt x.1).

Lemma gadgetE x : gadget x = (gad x)%:~R / N%:R.
Proof.
have Q0 : 0 < Q%:R :> R by rewrite ltr0n; lia.
rewrite /gadget /gad /wt; have -> : Num.max 0 ((oddw x.1)%:~R / Q%:R) = (pos x.1)%:R / Q%:R :> R.
  rewrite /oddw /pos; have [le|lt] := leqP Q x.1.*2.+1.
    by rewrite subzn // -pmulrn max_r // divr_ge0 ?ler0n.
  rewrite (_ : (_ - Q)%N = 0%N) ?mul0r; last by lia.
  rewrite max_l // mulr_le0_ge0 ?invr_ge0 ?ler0n //.
  by rewrite (ler_int _ _ 0); lia.
by rewrite intrM -pmulrn natrM; field; rewrite -natrD; exact: lt0r_neq0.
Qed.

(* R4 for the gadget: eps = 2c/Q^2 + n/Q, chance at most (15/16)^n 2 (Q^2/c)^2 *)
Theorem gadget_subset_sum (c n : nat) : (0 < c <= N)%N ->
  exists B : {set n.-tuple T},
    #|B|%:R <= (15%:R / 16%:R) ^+ n * (2 * (N%:R / c%:R) ^+ 2) * #|{: n.-tuple T}|%:R :> R
  /\ forall t : n.-tuple T, t \notin B -> forall w : R, - 1 <= w <= 1 ->
     exists2 m : bitseq, size m = n &
       `|w - \sum_(x <- mask m t) gadget x| <= c.*2%:R / N%:R + n%:R / Q%:R.
Proof.
move=> /andP[c0 cN].
have n0 : (0 < N)%N by rewrite muln_gt0; lia.
have N0 : 0 < N%:R :> R by rewrite ltr0n.
have C0 : 0 < c%:R :> R by rewrite ltr0n.
have k2 : 8%:R^-1 <= 2 :> R by apply: (@le_trans _ _ 1); rewrite ?invf_le1 ?ler1n ?ltr0n.
have c0N : (0 < c <= N)%N by rewrite c0.
have cNN : (c < M)%N by lia.
have [B [PB good]] := subset_sum_law gadr_drift pg_ge0 pg_sum k2 growth_gadget n c0N cNN.
exists B; split=> [|t /good{}good w /andP[w1 w2]].
  have card0 : 0 < #|{: n.-tuple T}|%:R :> R by rewrite ltr0n card_tuple card_prod card_ord expn_gt0 n0.
  rewrite -ler_pdivr_mulr // -pg_card; apply: le_trans PB _.
  have -> : 1 - 8%:R^-1 / 2 = 15%:R / 16%:R :> R by field.
  rewrite -mulrA ler_wpmul2l ?exprn_ge0 ?divr_ge0 ?ler0n //.
  have -> : 2 * (N%:R / c%:R) ^+ 2 = (N%:R / c%:R) * (M%:R / c%:R) :> R.
    by rewrite natrD; move: (N%:R) => k; field; rewrite gt_eqF.
  apply: ler_pmul.
  - by rewrite divr_ge0 ?ler0n // subr_ge0 ler_nat.
  - by rewrite divr_ge0 ?ler0n // subr_ge0 ler_nat; lia.
  - by rewrite ler_pmul2r ?invr_gt0 // ler_subl_addr ler_addl ler0n.
  apply: ler_pmul.
  - by rewrite subr_ge0 ler_nat; lia.
  - by rewrite invr_ge0 ler0n.
  - by rewrite ler_subl_addr ler_addl ler0n.
  - by rewrite lef_pinv ?posrE ?ltr0n // ler_nat.
have [|m mn le] := good (w * N%:R).
  by apply/andP; split; [rewrite -mulN1r ler_pmul2r|rewrite -[leRHS]mul1r ler_pmul2r].
exists m => //; rewrite (eq_bigr _ (fun x _ => gadgetE x)) -mulr_suml -raddf_sum /=.
set S := (\sum_(x <- _) _)%:~R in le *.
have -> : w - S / N%:R = (w * N%:R - S) / N%:R by rewrite mulrBl mulfK ?gt_eqF.
rewrite normrM normfV (gtr0_norm N0).
have -> : c.*2%:R / N%:R + n%:R / Q%:R = (c%:R + c%:R + (n * Q)%:R) / N%:R :> R.
  rewrite -addnn natrD [RHS]mulrDl; congr (_ + _).
  by rewrite !natrM -mulf_div divff ?mulr1 //; rewrite pnatr_eq0; lia.
by rewrite ler_pmul2r ?invr_gt0.
Qed.

End Gadget.
