(* Spectral norms bounded by whole numbers. For a matrix A, |A x| <= c |x| follows from the same for A A^T with c^2, and
   after p such steps from the sum of squares of all entries (norm_check_sound). Coq computes with lists of rows. *)
From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify ssrZ.
From LT Require Import norms networks composition cells executable.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Bounded.
Variable (R : rcfType).
Implicit Types (D E : finType).

Definition bounded D E (A : E -> D -> R) (c : R) := forall x, norm (mulmv A x) <= c * norm x.
Definition transpose D E (A : E -> D -> R) : D -> E -> R := fun j o => A o j.
Definition outer D E (A : E -> D -> R) : E -> E -> R := fun o o' => \sum_j A o j * A o' j.

Lemma sq_dot D (x : D -> R) : norm x * norm x = \sum_j x j * x j.
Proof. by rewrite -expr2 norm_sq; apply: eq_bigr => j _; rewrite expr2. Qed.

Lemma dot_le D (x y : D -> R) : \sum_j x j * y j <= norm x * norm y.
Proof.
apply: le_trans (ler_norm _) _.
by rewrite -(ler_pexpn2r (n := 2)) ?nnegrE ?mulr_ge0 ?norm_ge0 // real_normK ?num_real // exprMn !norm_sq cauchy.
Qed.

Lemma dot_transpose D E (A : E -> D -> R) x y : \sum_o mulmv A x o * y o = \sum_j x j * mulmv (transpose A) y j.
Proof.
rewrite /mulmv /transpose; under eq_bigr do rewrite mulr_suml.
rewrite exchange_big; apply: eq_bigr => j _ /=; rewrite mulr_sumr; apply: eq_bigr => o _;
  by rewrite mulrCA mulrA [A o j * _]mulrC.
Qed.

Lemma norm_cancel (a b : R) : 0 <= a -> 0 <= b -> a * a <= b * a -> a <= b.
Proof.
move=> a0 b0; have [->|a1] := eqVneq a 0; first by [].
by rewrite ler_pmul2r // lt_def a1.
Qed.

Lemma bounded_transpose D E (A : E -> D -> R) c : 0 <= c -> bounded (transpose A) c -> bounded A c.
Proof.
move=> c0 bound x; apply: norm_cancel; rewrite ?mulr_ge0 ?norm_ge0 //.
rewrite sq_dot dot_transpose; apply: le_trans (dot_le _ _) _.
by rewrite [c * _]mulrC -mulrA ler_wpmul2l ?norm_ge0.
Qed.

Lemma bounded_outer D E (A : E -> D -> R) c : 0 <= c -> bounded (outer A) (c ^+ 2) -> bounded A c.
Proof.
move=> c0 bound; apply: bounded_transpose => // y; rewrite -norm_leP ?mulr_ge0 ?norm_ge0 //.
have -> : sq (mulmv (transpose A) y) = \sum_o y o * mulmv (outer A) y o.
  rewrite -norm_sq expr2 sq_dot dot_transpose; apply: eq_bigr => o _; congr (_ * _).
  rewrite /mulmv /transpose /outer; under eq_bigr do rewrite mulr_sumr.
  rewrite exchange_big; apply: eq_bigr => o' _ /=; rewrite mulr_suml; apply: eq_bigr => j _; by rewrite mulrA.
apply: le_trans (dot_le _ _) _; rewrite exprMn [norm y ^+ 2]expr2 mulrCA ler_wpmul2l ?norm_ge0 //; exact: bound.
Qed.

Lemma bounded_frob D E (A : E -> D -> R) c : 0 <= c -> \sum_o sq (A o) <= c ^+ 2 -> bounded A c.
Proof.
move=> c0 le x; apply: le_trans (frob_norm A x) _; rewrite ler_wpmul2r ?norm_ge0 //.
by rewrite -(ler_pexpn2r (n := 2)) ?nnegrE ?frob_ge0 // frob_sq.
Qed.
End Bounded.

(* the same with lists of rows *)
Fixpoint dotZ (x y : seq Z) : Z := match x, y with a :: x', b :: y' => Z.add (Z.mul a b) (dotZ x' y') | _, _ => Z0 end.
Definition outerZ (rows : seq (seq Z)) : seq (seq Z) := [seq [seq dotZ r r' | r' <- rows] | r <- rows].
Definition squares (rows : seq (seq Z)) : Z := sumZ [seq dotZ r r | r <- rows].
Definition has_shape (e d : nat) (rows : seq (seq Z)) : bool := eqn (size rows) e && all (fun r => eqn (size r) d) rows.

Definition sum2 (e d : nat) (f : nat -> nat -> Z) : Z := sumZ [seq sumZ [seq f o j | j <- iota 0 d] | o <- iota 0 e].
Definition squareZ (z : Z) : Z := Z.mul z z.

(* |A x| <= c |x|, by p steps *)
Definition norm_check (p : nat) (rows : seq (seq Z)) (c : Z) : bool :=
  let power := iter p (fun z => Z.mul z z) c in
  [&& Z.leb Z0 c & Z.leb (squares (iter p outerZ rows)) (Z.mul power power)].

(* A matrix of any rational entries is a coarse one, with small whole numbers, and what rounding changed: the norm
   of the former is bounded by steps, that of the latter by the sum of squares. *)
Record norm_witness := NormWitness {
  rows_of : seq (seq Z);   (* the coarse matrix, in units of 1/unit *)
  unit_of : Z;
  steps_of : nat;
  coarse_norm : Z;         (* bounds the norm of rows_of *)
  rounding : Z;            (* bounds the norm of what rounding changed, in units of 1/S *)
  norm_bound : Z           (* bounds the norm of the matrix, in units of 1/S *)
}.

(* for the e x d matrix of the entries f o j / U *)
Definition witness_check (S : Z) (e d : nat) (U : Z) (f : nat -> nat -> Z) (A : norm_witness) : bool :=
  [&& [&& Z.ltb 0 (unit_of A), Z.leb 0 (rounding A) & Z.leb 0 (norm_bound A)],
      has_shape e d (rows_of A), norm_check (steps_of A) (rows_of A) (coarse_norm A),
      Z.leb (Z.mul (sum2 e d (fun o j => squareZ (Z.sub (Z.mul (f o j) (unit_of A)) (Z.mul U (entry_at Z0 (rows_of A) o
        j)))))
                   (squareZ S)) (squareZ (Z.mul (rounding A) (Z.mul U (unit_of A)))) &
      Z.leb (Z.add (Z.mul (coarse_norm A) S) (Z.mul (rounding A) (unit_of A))) (Z.mul (norm_bound A) (unit_of A))].

Section Lists.
Variables (R : rcfType).
Local Notation toR := (toR R).

Definition matrix e d (rows : seq (seq Z)) : 'I_e -> 'I_d -> R := fun o j => toR (entry_at Z0 rows o j).

Lemma toR_dot x y m : (size x <= m)%N -> toR (dotZ x y) = \sum_(j < m) toR (nth Z0 x j) * toR (nth Z0 y j).
Proof.
elim: x y m => [|a x IH] [|b y] m xm /=.
- by rewrite big1 // => j _; rewrite nth_nil mul0r.
- by rewrite big1 // => j _; rewrite nth_nil mul0r.
- by rewrite big1 // => j _; rewrite nth_nil mulr0.
by case: m xm => // m xm; rewrite big_ord_recl toRD toRM (IH y m).
Qed.

Lemma outer_shape e d rows : has_shape e d rows -> has_shape e e (outerZ rows).
Proof.
move=> /andP[/eqnP se _]; rewrite /has_shape size_map se; apply/andP; split; first by apply/eqnP.
by apply/allP => _ /mapP[r _ ->]; rewrite size_map se; apply/eqnP.
Qed.

Lemma row_size e d rows o : has_shape e d rows -> (o < e)%N -> size (nth [::] rows o) = d.
Proof. by move=> /andP[/eqnP <- /allP all_d] oe; apply/eqnP/all_d/mem_nth. Qed.

Lemma matrix_outer e d rows : has_shape e d rows -> forall o o', @matrix e e (outerZ rows) o o' = outer (@matrix e d
  rows) o o'.
Proof.
move=> sh o o'; have se : size rows = e by case/andP: sh => /eqnP.
rewrite /matrix /entry_at /outerZ (nth_map [::]) ?se // (nth_map [::]) ?se //.
by rewrite (@toR_dot _ _ d) ?(row_size sh) //.
Qed.

Lemma toR_squares e d rows : has_shape e d rows -> toR (squares rows) = \sum_o sq (@matrix e d rows o).
Proof.
move=> sh; have se : size rows = e by case/andP: sh => /eqnP.
rewrite /squares -[rows in [seq _ | r <- rows]](mkseq_nth [::]) se /mkseq -map_comp (toR_sum R (fun u => dotZ (nth [::]
  rows u) (nth [::] rows u))).
apply: eq_bigr => o _; rewrite (@toR_dot _ _ d) ?(row_size sh) //.
Qed.

Lemma toR_ge0 z : Z.leb Z0 z -> 0 <= toR z.
Proof. by move=> /Z.leb_le z0; rewrite -[0]/(toR Z0); apply: toR_le. Qed.

Lemma eq_bounded (D E : finType) (A B : E -> D -> R) c : (forall o j, A o j = B o j) -> bounded A c -> bounded B c.
Proof.
move=> AB bound x; rewrite (eq_norm (y := mulmv A x)) // => o; by apply: eq_bigr => j _; rewrite AB.
Qed.

Theorem norm_check_sound p e d rows c : has_shape e d rows -> norm_check p rows c -> bounded (@matrix e d rows) (toR c).
Proof.
elim: p e d rows c => [|p IH] e d rows c sh /andP[c0 le].
  apply: bounded_frob; first exact: toR_ge0.
  rewrite -toR_squares // expr2 -toRM; apply: toR_le; exact/Z.leb_le.
apply: bounded_outer; first exact: toR_ge0.
apply: (eq_bounded (matrix_outer sh)); rewrite expr2 -toRM; apply: IH (outer_shape sh) _.
rewrite /norm_check -!iterSr le andbT; apply/Z.leb_le; exact: Z.square_nonneg.
Qed.

Lemma toR_gt0 z : Z.ltb 0 z -> 0 < toR z.
Proof. by move=> /Z.ltb_lt z0; rewrite /cells.toR (ltr_int _ 0); lia. Qed.
Lemma toR_leb a b : Z.leb a b -> toR a <= toR b.
Proof. by move=> /Z.leb_le; exact: toR_le. Qed.
Lemma toR_square z : toR (squareZ z) = toR z ^+ 2. Proof. by rewrite /squareZ toRM expr2. Qed.
Lemma toR_sum2 e d f : toR (sum2 e d f) = \sum_(o < e) \sum_(j < d) toR (f o j).
Proof. by rewrite /sum2 (toR_sum R (fun o => sumZ [seq f o j | j <- iota 0 d])); apply: eq_bigr => o _;
  rewrite toR_sum. Qed.

Theorem witness_sound S e d U f A : 0 < toR S -> 0 < toR U -> witness_check S e d U f A ->
  bounded (fun (o : 'I_e) (j : 'I_d) => toR (f o j) / toR U) (toR (norm_bound A) / toR S).
Proof.
move=> S0 U0 /and5P[/and3P[/toR_gt0 t0 r0 _] sh coarse small add] x.
have R0 : 0 <= toR (rounding A) / toR S by rewrite divr_ge0 ?(ltW S0) ?toR_ge0.
pose V : 'I_e -> 'I_d -> R := matrix (rows_of A).
pose D (o : 'I_e) (j : 'I_d) : R := toR (f o j) / toR U - V o j / toR (unit_of A).
have bD : bounded D (toR (rounding A) / toR S).
  apply: bounded_frob => //.
  move: small => /toR_leb; rewrite toRM toR_sum2 !toR_square !toRM => small.
  have DE o : sq (D o) = (\sum_(j < d) toR (squareZ (Z.sub (Z.mul (f o j) (unit_of A))
      (Z.mul U (entry_at Z0 (rows_of A) o j))))) / (toR U * toR (unit_of A)) ^+ 2.
    rewrite mulr_suml; apply: eq_bigr => j _; rewrite toR_square toRB !toRM /D /V /matrix.
    by field; rewrite !gt_eqF.
  rewrite (eq_bigr _ (fun o _ => DE o)) -mulr_suml ler_pdivr_mulr ?exprn_gt0 ?mulr_gt0 //.
  by rewrite expr_div_n mulrAC ler_pdivl_mulr ?exprn_gt0 // -exprMn; exact: small.
have bV : bounded V (toR (coarse_norm A)) := norm_check_sound sh coarse.
rewrite (eq_norm (y := fun o => (toR (unit_of A))^-1 * mulmv V x o + mulmv D x o)) => [|o]; last first.
  rewrite /mulmv mulr_sumr -big_split; apply: eq_bigr => j _ /=; rewrite /D; ring.
apply: le_trans (norm_add _ _) _.
have -> : norm (fun o => (toR (unit_of A))^-1 * mulmv V x o) = (toR (unit_of A))^-1 * norm (mulmv V x).
  apply/eqP; rewrite -(eqr_expn2 (n := 2)) ?mulr_ge0 ?norm_ge0 ?invr_ge0 ?(ltW t0) // exprMn !norm_sq /sq mulr_sumr.
  by apply/eqP/eq_bigr => o _; rewrite exprMn.
apply: (@le_trans _ _ ((toR (unit_of A))^-1 * (toR (coarse_norm A) * norm x) + toR (rounding A) / toR S * norm x)).
  by apply: ler_add => //; rewrite ler_wpmul2l ?invr_ge0 ?(ltW t0).
rewrite mulrA -mulrDl ler_wpmul2r ?norm_ge0 //.
move: add => /toR_leb; rewrite toRD !toRM => add.
rewrite -(ler_pmul2r (mulr_gt0 S0 t0)).
have -> : ((toR (unit_of A))^-1 * toR (coarse_norm A) + toR (rounding A) / toR S) * (toR S * toR (unit_of A)) =
   toR (coarse_norm A) * toR S + toR (rounding A) * toR (unit_of A) by field; rewrite !gt_eqF.
by have -> : toR (norm_bound A) / toR S * (toR S * toR (unit_of A)) = toR (norm_bound A) * toR (unit_of A) by field;
  rewrite gt_eqF.
Qed.
End Lists.
