(* Binary numbers N, with which Coq computes, as the numbers nat of mathcomp, about which it proves. *)
From Coq Require Import NArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import zify.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Local Notation num := nat_of_bin.

Lemma leb_nat (a b : N) : N.leb a b -> (num a <= num b)%N.
Proof. by move=> /N.leb_le; lia. Qed.
Lemma ltb_nat (a b : N) : N.ltb a b -> (num a < num b)%N.
Proof. by move=> /N.ltb_lt; lia. Qed.

Lemma nat_of_pow_bin (a b : N) : num (N.pow a b) = (num a ^ num b)%N.
Proof.
elim/N.peano_ind: b => [|b IH]; first by rewrite N.pow_0_r.
by rewrite N.pow_succ_r' nat_of_mul_bin IH -expnS; congr (_ ^ _)%N; lia.
Qed.

Lemma nat_of_modulo (a b : N) : N.eqb (N.modulo a b) 0 -> num a = (num b * num (N.div a b))%N.
Proof.
move=> /N.eqb_eq a0; have [b0|b0] := N.eq_dec b 0%num; last first.
  by rewrite -nat_of_mul_bin; congr num; rewrite {1}(N.div_mod a b b0) a0 N.add_0_r.
by move: a0; rewrite b0; case: (a).
Qed.
