(* R6 and R4 for the law of one hidden unit's gadget b max(0, a), a and b uniform on the odd multiples of 1/Q in
   (-1, 1): growth 1/8, and all but the share (15/16)^n 2 (Q^2/c)^2 of the samples reach every number of [-1, 1]
   within 2c/Q^2 + n/Q. One step takes the sum of the gadget and of the rounding, of at most |a|/Q, that covers
   most. *)
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
Definition pg (x : T) : R := N%:R^-1.

(* One step takes the rounding with the highest score, whatever the score of a shift is: how many cells it covers, or a
   weight of them. *)
Section Rounding.
Variable score : {set 'I_M} -> int -> R.

Definition best (K : {set 'I_M}) (x : T) : 'I_(pos x.1 + pos x.1).+1 :=
  [arg max_(u > ord0) score K (rounded x u)]%O.
Definition gadr (K : {set 'I_M}) (x : T) : int := rounded x (best K x).

Lemma gadr_drift K x : (`|gadr K x - gad x| <= Q)%N.
Proof.
have := ltn_ord (best K x); have := ltn_ord x.1.
rewrite /gadr /rounded /pos; move: (gad x) => G; lia.
Qed.

Lemma gadr_best K x u : (u <= pos x.1 + pos x.1)%N -> score K (rounded x u) <= score K (gadr K x).
Proof.
move=> us; rewrite /gadr /best; case: arg_maxP => // v _ max_v.
exact: (max_v (Ordinal (us : (u < (pos x.1 + pos x.1).+1)%N)) isT).
Qed.

(* all shifts up to the radius Q s, which the values of b and of the rounding tile, score at most what the best ones
   do *)
Lemma shifts_best K (i : 'I_Q) (r : nat) : r = (Q * pos i)%N ->
  \sum_(d < r + r) (score K (d%:Z - r%:Z) + score K (d%:Z + 1 - r%:Z)) <=
  (4 * pos i)%:R * \sum_(j < Q) score K (gadr K (i, j)).
Proof.
move=> rE; set s := pos i in rE *; have rr : (r + r = Q * (s + s))%N by rewrite rE; lia.
rewrite rr -(tile (fun d : nat => score K (d%:Z - r%:Z) + score K (d%:Z + 1 - r%:Z))).
rewrite mulr_sumr; apply: ler_sum => j _.
apply: le_trans (_ : \sum_(u < s + s) (2 * score K (gadr K (i, j))) <= _).
  apply: ler_sum => u _; have us := ltn_ord u.
  have -> : (j * (s + s) + u)%:Z - r%:Z = rounded (i, j) u.
    by rewrite /rounded /gad /oddw /= -/s rE; lia.
  have -> : (j * (s + s) + u)%:Z + 1 - r%:Z = rounded (i, j) u.+1.
    by rewrite /rounded /gad /oddw /= -/s rE; lia.
  by rewrite mulrDl mul1r; apply: ler_add; apply: gadr_best => /=; rewrite -/s; lia.
rewrite sumr_const card_ord -[leLHS]mulr_natl mulrA -natrM.
by rewrite (_ : (s + s) * 2 = 4 * s)%N //; lia.
Qed.
End Rounding.

(* every pair of cells is hit by shifts from -r to r as often as h says: half as often at the ends *)
Lemma hits (y z : 'I_M) r : (0 < r)%N ->
  (\sum_(d < r + r) (hit y z (d%:Z - r%:Z) + hit y z (d%:Z + 1 - r%:Z)) = h r y z)%N.
Proof.
move=> r0; rewrite big_split /h /hit /=.
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

(* all shifts together, for pairs of any weight *)
Lemma all_shifts (K : {set 'I_M}) (b : 'I_M -> 'I_M -> R) r : (0 < r)%N ->
  \sum_(d < r + r) (\sum_(y in K) \sum_(z in ~: K) (hit y z (d%:Z - r%:Z))%:R * b y z +
                    \sum_(y in K) \sum_(z in ~: K) (hit y z (d%:Z + 1 - r%:Z))%:R * b y z) =
  \sum_(y in K) \sum_(z in ~: K) (h r y z)%:R * b y z.
Proof.
move=> r0; rewrite (eq_bigr (fun d : 'I_(r + r) => \sum_(y in K) \sum_(z in ~: K)
   (hit y z (d%:Z - r%:Z) + hit y z (d%:Z + 1 - r%:Z))%N%:R * b y z)) => [|d _]; last first.
  rewrite -big_split; apply: eq_bigr => y _ /=.
  by rewrite -big_split; apply: eq_bigr => z _ /=; rewrite natrD mulrDl.
rewrite exchange_big; apply: eq_bigr => y _ /=.
rewrite exchange_big; apply: eq_bigr => z _ /=.
by rewrite -mulr_suml -natr_sum hits.
Qed.

(* how many cells a shift covers *)
Definition covers (K : {set 'I_M}) (d : int) : R := #|fresh K d|%:R.

Lemma row (K : {set 'I_M}) (i : 'I_Q) :
  (N * pos i)%:R * (#|K|%:R * (M%:R - #|K|%:R)) <=
  M%:R ^+ 2 * \sum_(j < Q) covers K (gadr covers K (i, j)).
Proof.
have iQ := ltn_ord i; case: (posnP (pos i)) => [s0|s0].
  by rewrite s0 muln0 mul0r mulr_ge0 ?exprn_ge0 ?ler0n // sumr_ge0 // => j _; exact: ler0n.
set s := pos i in s0 *; set r := (Q * s)%N.
have r0 : (0 < r)%N by rewrite /r muln_gt0 s0; lia.
have sQ : (s <= Q)%N by rewrite /s /pos; lia.
have rM : (r + r <= M)%N by rewrite /r leq_add // leq_mul.
have S4 : 0 < (4 * s)%:R :> R by rewrite ltr0n muln_gt0.
rewrite -(ler_pmul2l S4).
have -> : (4 * s)%:R * ((N * s)%:R * (#|K|%:R * (M%:R - #|K|%:R)))
    = 4%:R * r%:R ^+ 2 * (#|K|%:R * (M%:R - #|K|%:R)) :> R by rewrite /r !natrM; ring.
apply: le_trans (small_radius_cut R K r0 rM) _.
rewrite [leRHS]mulrCA ler_wpmul2l ?exprn_ge0 ?ler0n //; apply: le_trans (shifts_best covers K (erefl r)).
have := all_shifts K (fun _ _ => 1) r0; under [X in _ = X]eq_bigr do under eq_bigr do rewrite mulr1.
move=> <-; rewrite le_eqVlt; apply/orP; left; apply/eqP/eq_bigr => d _.
rewrite /covers !(card_fresh R); congr (_ + _); apply: eq_bigr => y _; apply: eq_bigr => z _; exact: mulr1.
Qed.

Lemma growth_gadget (K : {set 'I_M}) :
  8%:R^-1 * (#|K|%:R * (M%:R - #|K|%:R)) <= gain pg (gadr covers) K * M%:R.
Proof.
set A := #|K|%:R * _; have n0 : (0 < N)%N by rewrite muln_gt0; lia.
have N0 : 0 < N%:R :> R by rewrite ltr0n.
have M2 : M%:R = 2 * N%:R :> R by rewrite addnn -mul2n natrM.
have : \sum_(i < Q) (N * pos i)%:R * A <=
   \sum_(i < Q) M%:R ^+ 2 * \sum_(j < Q) covers K (gadr covers K (i, j)) by apply: ler_sum => i _; exact: row.
rewrite -mulr_sumr pair_bigA /= -mulr_suml.
have -> : \sum_(i < Q) (N * pos i)%:R = N%:R * (q * q)%:R :> R.
  by under eq_bigr do rewrite natrM; rewrite -mulr_sumr -natr_sum sum_odd.
have -> : (q * q)%:R = N%:R / 4%:R :> R.
  have -> : (Q * Q = 4 * (q * q))%N by lia.
  by rewrite natrM; field.
have -> : gain pg (gadr covers) K = N%:R^-1 * \sum_p covers K (gadr covers K (p.1, p.2)).
  by rewrite /gain -mulr_sumr; congr (_ * _); apply: eq_bigr => -[i j] _.
move: (\sum_p _) => S le; rewrite M2 in le *.
have -> : N%:R^-1 * S * (2 * N%:R) = 2 * S.
  by field; rewrite -natrD pnatr_eq0; lia.
have k0 : 0 < 2 * N%:R ^+ 2 :> R by rewrite mulr_gt0 ?exprn_gt0 ?ltr0n.
rewrite -(ler_pmul2l k0).
have -> : 2 * N%:R ^+ 2 * (8%:R^-1 * A) = N%:R * (N%:R / 4%:R) * A by field.
by have -> : 2 * N%:R ^+ 2 * (2 * S) = (2 * N%:R) ^+ 2 * S by ring.
Qed.


Lemma pg_uniform x : pg x = #|{: T}|%:R^-1. Proof. by rewrite card_prod card_ord. Qed.
Lemma card_pairs : (0 < #|{: T}|)%N. Proof. by rewrite card_prod card_ord muln_gt0 !addn_gt0 q0. Qed.

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

(* the tolerance, from units of 1/N *)
Lemma drift_tolerance (c n : nat) : (c%:R + c%:R + (n * Q)%:R) / N%:R = c.*2%:R / N%:R + n%:R / Q%:R :> R.
Proof.
rewrite -addnn [(c + c)%:R]natrD mulrDl; congr (_ + _).
by rewrite !natrM -mulf_div divff ?mulr1 //; rewrite pnatr_eq0; lia.
Qed.

Lemma gadget_sum (s : seq T) : (\sum_(x <- s) gad x)%:~R / N%:R = \sum_(x <- s) gadget x.
Proof. by rewrite (eq_bigr _ (fun x _ => gadgetE x)) -mulr_suml -raddf_sum. Qed.

(* R4 for the gadget: eps = 2c/Q^2 + n/Q, chance at most (15/16)^n 2 (Q^2/c)^2 *)
Theorem gadget_subset_sum (c n : nat) : (0 < c <= N)%N ->
  exists B : {set n.-tuple T},
    #|B|%:R <= (15%:R / 16%:R) ^+ n * (2 * (N%:R / c%:R) ^+ 2) * #|{: n.-tuple T}|%:R :> R
  /\ forall t : n.-tuple T, t \notin B -> forall w : R, - 1 <= w <= 1 ->
     exists2 m : bitseq, size m = n &
       `|w - \sum_(x <- mask m t) gadget x| <= c.*2%:R / N%:R + n%:R / Q%:R.
Proof.
move=> cN; have k2 : 8%:R^-1 <= 2 :> R by apply: (@le_trans _ _ 1); rewrite ?invf_le1 ?ler1n ?ltr0n.
have [B [small good]] := subset_sum_share (gadr_drift covers) k2 growth_gadget n pg_uniform card_pairs cN.
exists B; split=> [|t tB w w1]; first by have <- : 1 - 8%:R^-1 / 2 = 15%:R / 16%:R :> R by field.
by have [m mn le] := good t tB w w1; exists m; rewrite // -gadget_sum -drift_tolerance.
Qed.
End Gadget.
