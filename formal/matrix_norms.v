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
rewrite exchange_big; apply: eq_bigr => j _ /=; rewrite mulr_sumr; apply: eq_bigr => o _; by rewrite mulrCA mulrA [A o j * _]mulrC.
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

(* |A x| <= c |x|, by p steps *)
Definition norm_check (p : nat) (rows : seq (seq Z)) (c : Z) : bool :=
  let power := iter p (fun z => Z.mul z z) c in
  [&& Z.leb Z0 c & Z.leb (squares (iter p outerZ rows)) (Z.mul power power)].

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

Lemma matrix_outer e d rows : has_shape e d rows -> forall o o', @matrix e e (outerZ rows) o o' = outer (@matrix e d rows) o o'.
Proof.
move=> sh o o'; have se : size rows = e by case/andP: sh => /eqnP.
rewrite /matrix /entry_at /outerZ (nth_map [::]) ?se // (nth_map [::]) ?se //.
by rewrite (@toR_dot _ _ d) ?(row_size sh) //.
Qed.

Lemma toR_squares e d rows : has_shape e d rows -> toR (squares rows) = \sum_o sq (@matrix e d rows o).
Proof.
move=> sh; have se : size rows = e by case/andP: sh => /eqnP.
rewrite /squares -[rows in [seq _ | r <- rows]](mkseq_nth [::]) se /mkseq -map_comp (toR_sum R (fun u => dotZ (nth [::] rows u) (nth [::] rows u))).
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
End Lists.
