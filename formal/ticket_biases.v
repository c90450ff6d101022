(* One drawn ticket of a target with biases, checked whole by Coq: the masked network gets one input more, which is
   always 1. The file of the ticket is that of ticket_checked.v for the matrices with the biases as columns; what is
   proved is about the target with its biases, for all inputs of norm at most 1, with which the constant has norm at
   most sqrt(2). *)
From Coq Require Import NArith ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify ssrZ.
From LT Require Import r6_gadget norms networks a_posteriori cells executable matrix_norms ticket_checked biases.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Check.
Variables (Q T S : Z).

(* layer i carries the constant on: its last row is 0, ..., 0, 1 *)
Definition carries_check (d e : nat) (L : kept_layer) : bool :=
  all (fun j => Z.eqb (target_entry L e j) Z0) (iota 0 d) && Z.eqb (target_entry L e d) T.

(* the first m layers have biases, 1 <= m <= number of layers; the constant makes inputs longer by the factor sqrt(2) *)
Definition biases_check (m : nat) (d n : nat -> nat) (Ls : seq kept_layer) (e1 e2 : Z) : bool :=
  [&& leq 1 m, leq m (size Ls), ticket_check Q T S (carried d m) n Ls e1 e2,
      all (fun i => carries_check (d i) (d i.+1) (nth no_kept_layer Ls i)) (iota 0 m.-1),
      Z.leb 0 e1 &
      Z.leb (Z.mul 2 (Z.pow (Z.mul (errZ Ls (size Ls)) e2) 2)) (Z.pow (Z.mul e1 (Z.pow S (Z.of_nat (size Ls)))) 2)].
End Check.

Section Sound.
Variables (R : rcfType) (half_Q : N) (T S : Z) (m : nat) (d n : nat -> nat) (Ls : seq kept_layer) (e1 e2 : Z).
Local Notation q := (nat_of_bin half_Q).
Local Notation l := (size Ls).
Local Notation toR := (toR R).
Local Notation QZ := (Z.of_N (N.add half_Q half_Q)).
Hypothesis ok : biases_check QZ T S m d n Ls e1 e2.

(* the target: its matrices, and its biases behind them *)
Definition biased_target : layers R d l :=
  biased (d := d) m (fun i o j => toR (target_entry (nth no_kept_layer Ls i) o j) / toR T) (l := l).

Theorem ticket_biases_checked (w : network q l (carried d m) n) : drawn w -> forall x : 'I_(d 0%N) -> R, norm x <= 1 ->
  norm (fun o => net biased_target x (leqnn l) o
    - toR (factors Ls) * net (ticket w (blocks (@kept_edges (carried d m) n Ls))) (extend (m := m) x) (leqnn l) (lshift
      _ o))
  <= toR e1 / toR e2.
Proof.
move=> drawn_w x x1; case/and5P: ok => _ _ ok' /allP rows /andP[/(@toR_leb R) e10 /(@toR_leb R) small].
have [Q0 T0 S0 e20] := positive R ok'.
pose A i o j : R := toR (target_entry (nth no_kept_layer Ls i) o j) / toR T.
have carries i : (i.+1 < m)%N -> (forall j, (j < d i)%N -> A i (d i.+1) j = 0) /\ A i (d i.+1) (d i) = 1.
  move=> im; have /andP[/allP zero /Z.eqb_eq one] : carries_check T (d i) (d i.+1) (nth no_kept_layer Ls i).
    by apply: rows; rewrite mem_iota /= add0n -ltnS (ltn_predK im).
  rewrite /A one divff ?gt_eqF //; split=> // j jd.
  have /Z.eqb_eq -> : Z.eqb (target_entry (nth no_kept_layer Ls i) (d i.+1) j) Z0 by apply: zero; rewrite mem_iota.
  by rewrite mul0r.
apply: le_trans (_ : toR (errZ Ls l) / toR S ^+ l * norm (extend (m := m) x) <= _).
  apply: le_trans (ticket_near ok' drawn_w (extend (m := m) x)); apply: le_trans (norm_left _).
  rewrite le_eqVlt; apply/orP; left; apply/eqP/eq_norm => o; congr (_ - _).
  by symmetry; have := net_augmented carries x (leqnn l) (lshift _ o); rewrite extend_left => netE; exact: netE.
have err0 := errZ_ge0 R ok'; have Sl : 0 < toR S ^+ l by rewrite exprn_gt0.
have e0 : 0 <= toR e1 / toR e2 by rewrite divr_ge0 ?(ltW e20) // -[0]/(toR Z0).
have squares : (toR (errZ Ls l) / toR S ^+ l * norm (extend (m := m) x)) ^+ 2 <= (toR e1 / toR e2) ^+ 2.
  rewrite exprMn; apply: le_trans (_ : (toR (errZ Ls l) / toR S ^+ l) ^+ 2 * 2 <= _).
    by rewrite ler_wpmul2l ?exprn_ge0 // norm_extend.
  rewrite mulrC !expr_div_n mulrA ler_pdivr_mulr ?exprn_gt0 // mulrAC ler_pdivl_mulr ?exprn_gt0 //.
  have sq z : toR (Z.pow z 2) = toR z ^+ 2 by rewrite -(powerE R z 2).
  by move: small; rewrite toRM !sq !toRM powerE !exprMn mulrA.
by move: squares; rewrite ler_pexpn2r ?nnegrE //; apply: mulr_ge0 err0 (norm_ge0 _).
Qed.
End Sound.
