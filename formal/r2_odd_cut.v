(* R2 on the grid of the program: among 2N points, N even, with a of them black, the pairs of different colours at odd
   distances below N number at least a (2N - a) / 2, counted both ways round. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import r1_four_cycle.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Odd.
Variable R : realFieldType.

Definition chi (y : nat) : R := (-1) ^+ y.

Lemma sum_chi N : \sum_(y < N + N) chi y = 0.
Proof.
elim: N => [|N IH]; first by rewrite big_ord0.
rewrite addSn addnS !big_ord_recr /= IH add0r /chi -addnS addnS exprS.
by rewrite mulN1r subrr.
Qed.

Lemma oddE y z : (odd (y + z))%:R = (1 - chi y * chi z) / 2 :> R.
Proof.
by rewrite /chi -exprD -signr_odd; case: odd; rewrite ?expr1 ?expr0 /=; field.
Qed.

Variables (N : nat) (c : 'I_(N + N) -> bool).
Let M : R := (N + N)%:R.
Let a : R := \sum_y (c y)%:R.

(* every pair of points at odd distance *)
Lemma odd_pairs :
  a * (M - a) <= \sum_(y < N + N) \sum_(z < N + N) (odd (y + z))%:R * dif R (c y) (c z).
Proof.
pose b := \sum_(y < N + N) chi y * (c y)%:R.
have [u uE] : exists u : 'I_(N + N) -> R, forall y, u y = 1 by exists (fun=> 1).
pose I := \sum_y u y; pose Z := \sum_(y < N + N) chi y.
pose S (F : 'I_(N + N) -> 'I_(N + N) -> R) := \sum_y \sum_z F y z.
have SD F G : S (fun y z => F y z + G y z) = S F + S G.
  by rewrite /S -big_split; apply: eq_bigr => y _; rewrite -big_split.
have SZ k F : S (fun y z => k * F y z) = k * S F.
  by rewrite /S mulr_sumr; apply: eq_bigr => y _; rewrite mulr_sumr.
have SM F G : S (fun y z => F y * G z) = (\sum_y F y) * (\sum_z G z).
  by rewrite /S big_distrlr.
rewrite -/(S (fun y z => (odd (y + z))%:R * dif R (c y) (c z))).
have -> : S (fun y z => (odd (y + z))%:R * dif R (c y) (c z)) = S (fun y z =>
   2^-1 * ((c y)%:R * u z + (u y * (c z)%:R + ((-2) * ((c y)%:R * (c z)%:R)
    + ((-1) * (chi y * (c y)%:R * chi z) + ((-1) * (chi y * (chi z * (c z)%:R))
    + 2 * (chi y * (c y)%:R * (chi z * (c z)%:R)))))))).
  by apply: eq_bigr => y _; apply: eq_bigr => z _; rewrite !uE difE oddE; field.
rewrite SZ !SD !SZ !SM -/a -/b -/I -/Z.
have -> : I = M by rewrite /I (eq_bigr (fun=> 1)) // sumr_const card_ord.
have -> : Z = 0 by exact: sum_chi.
rewrite -subr_ge0 (_ : _ - _ = b ^+ 2) ?exprn_even_ge0 //; by field.
Qed.

Hypothesis evenN : ~~ odd N.

(* D2: a sample is uniform on the N odd numbers of absolute value below N *)
Lemma odd_cut :
  a * (M - a) <= 2 * \sum_(y < N + N) \sum_(z < N + N)
    (odd (y + z))%:R * short R N y z * dif R (c y) (c z).
Proof.
pose o (y z : nat) : R := (odd (y + z))%:R.
have o0 y z : 0 <= o y z by exact: ler0n.
have ol y z : o (N + y)%N z = o y z by rewrite /o -addnA oddD (negbTE evenN).
have or y z : o y (N + z)%N = o y z by rewrite /o addnCA oddD (negbTE evenN).
apply: le_trans odd_pairs _; rewrite mulrDl mul1r.
have := four_cycle c o0 ol or; rewrite -(ler_add2l (\sum_(y < N + N) \sum_(z < N + N)
    o y z * short R N y z * dif R (c y) (c z))); apply: le_trans.
rewrite -big_split; apply: ler_sum => y _; rewrite -big_split; apply: ler_sum => z _ /=.
rewrite -mulrDl ler_wpmul2r ?dif_ge0 // /o -mulrDr.
case odd_yz: (odd _); rewrite ?mul0r ?mul1r // /short /long.
by rewrite -natrD ler_nat; lia.
Qed.

End Odd.
