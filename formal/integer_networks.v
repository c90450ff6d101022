(* A ticket computes in whole numbers: for inputs in units of 1/s its outputs are the recursion inet in units of
   1/(s Q^(2k)). This is what the definitions of networks.v mean for a program. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import probability r1_four_cycle r5_small_radius r3_contraction r4_subset_sum r4_uniform r6_gadget
  norms networks.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Integers.
Variables (R : rcfType) (q l : nat) (d n : nat -> nat).
Hypothesis q0 : (0 < q)%N.
Local Notation Q := (q + q)%N.

Definition ipruned i (A : 'I_(d i) * 'I_(n i) -> 'I_(d i) -> 'I_Q) (B : 'I_(d i.+1) -> 'I_(d i) * 'I_(n i) -> 'I_Q)
  (S : masks d n i) (v : 'I_(d i) -> int) : 'I_(d i.+1) -> int := fun o =>
  \sum_h (S.2 o h)%:R * oddw (B o h) * Num.max 0 (\sum_j (S.1 h j)%:R * oddw (A h j) * v j).

Definition iact i (v : 'I_(d i) -> int) : 'I_(d i) -> int := if i is 0%N then v else fun j => Num.max 0 (v j).

Fixpoint inet (w : network q l d n) (S : forall i : 'I_l, masks d n i) (v : 'I_(d 0) -> int) k : (k <= l)%N -> 'I_(d k)
  -> int :=
  match k return (k <= l)%N -> 'I_(d k) -> int with
  | 0%N => fun _ => v
  | k'.+1 => fun lt => ipruned (before w (i := Ordinal lt)) (behind w (i := Ordinal lt)) (S (Ordinal lt)) (iact (inet w
    S v (ltnW lt)))
  end.

Lemma natr_int (m : nat) : (m%:R : int)%:~R = m%:R :> R. Proof. by rewrite natz -pmulrn. Qed.

Lemma max_int (s : R) (z : int) : 0 < s -> Num.max 0 (z%:~R / s) = (Num.max 0 z)%:~R / s.
Proof.
move=> s0; case: (lerP 0 z) => z0; first by rewrite max_r // divr_ge0 ?(ltW s0) // (ler_int _ 0).
by rewrite max_l ?mul0r // pmulr_lle0 ?invr_gt0 // (ler_int _ _ 0) ltW.
Qed.

Lemma pruned_int i A B (S : masks d n i) v (s : R) : 0 < s ->
  pruned A B S.1 S.2 (fun j => (v j)%:~R / s) =1 (fun o => (ipruned A B S v o)%:~R / (s * Q%:R ^+ 2)) :> ('I_(d i.+1)
    -> R).
Proof.
move=> s0 o; have Q0 : 0 < Q%:R :> R by rewrite ltr0n; lia.
rewrite /pruned /ipruned raddf_sum mulr_suml; apply: eq_bigr => h _ /=.
have -> : \sum_j (S.1 h j)%:R * wt R (A h j) * ((v j)%:~R / s) =
    (\sum_j (S.1 h j)%:R * oddw (A h j) * v j)%:~R / (s * Q%:R).
  rewrite raddf_sum mulr_suml; apply: eq_bigr => j _ /=; rewrite /wt !intrM natr_int.
  by field; rewrite -natrD !gt_eqF.
rewrite max_int ?mulr_gt0 // /wt !intrM natr_int; set m := (Num.max _ _)%:~R.
by field; rewrite -natrD !gt_eqF.
Qed.

Lemma act_int i (v : 'I_(d i) -> int) (s : R) : 0 < s ->
  act (fun j => (v j)%:~R / s) =1 (fun j => (iact v j)%:~R / s).
Proof. by move=> s0; case: i v => [|i] v j //=; rewrite /relu max_int. Qed.

Lemma act_ext i (x y : 'I_(d i) -> R) : x =1 y -> act x =1 act y.
Proof. by case: i x y => [|i] x y xy j //=; rewrite /relu xy. Qed.

(* the pruned network computes in whole numbers: inputs in units of 1/s, outputs of 2k matrices in units of 1/(s
   Q^2k) *)
Theorem net_int (w : network q l d n) (S : forall i : 'I_l, masks d n i) (v : 'I_(d 0) -> int) (s : R) k (kl : (k <=
  l)%N) : 0 < s ->
  net (ticket w S) (fun j => (v j)%:~R / s) kl =1 (fun o => (inet w S v kl o)%:~R / (s * Q%:R ^+ (2 * k))) :> ('I_(d k)
    -> R).
Proof.
move=> s0; have Q0 : 0 < Q%:R :> R by rewrite ltr0n; lia.
elim: k kl => [|k IH] kl o /=; first by rewrite muln0 expr0 mulr1.
set s' := s * Q%:R ^+ (2 * k) in IH; have s'0 : 0 < s' by rewrite mulr_gt0 ?exprn_gt0.
have -> : s * Q%:R ^+ (2 * k.+1) = s' * Q%:R ^+ 2 by rewrite -mulrA -exprD mulnS addnC.
rewrite -(pruned_int (before w (i := Ordinal kl)) (behind w (i := Ordinal kl)) (S (Ordinal kl)) _ s'0) /ticket /pruned.
apply: eq_bigr => h _; congr (_ * Num.max 0 _); apply: eq_bigr => j _; congr (_ * _).
by rewrite -(act_int _ s'0); apply: act_ext => j'; rewrite IH.
Qed.
End Integers.
