(* A verified checker of cut inequalities: for all colourings A, B of n cells, sum_ij u_ij [A_i <> B_j] >= 0,
   decided by running through the signs b: sum_i |sum_j u_ij b_j| <= sum_ij u_ij. *)
From Coq Require Import ZArith List Lia Bool.
Import ListNotations.
Local Open Scope Z_scope.

Fixpoint map2 (f : Z -> Z -> Z) (a b : list Z) : list Z :=
  match a, b with x :: a', y :: b' => f x y :: map2 f a' b' | _, _ => nil end.
Fixpoint total (l : list Z) : Z := match l with nil => 0 | x :: l' => x + total l' end.
Fixpoint total_abs (l : list Z) : Z := match l with nil => 0 | x :: l' => Z.abs x + total_abs l' end.
Fixpoint go (cols : list (list Z)) (st : list Z) (t : Z) : bool :=
  match cols with
  | nil => Z.leb (total_abs st) t
  | c :: cs => if go cs (map2 Z.add st c) t then go cs (map2 Z.sub st c) t else false
  end.
Fixpoint totals (cols : list (list Z)) : Z := match cols with nil => 0 | c :: cs => total c + totals cs end.
Definition square (n : nat) (cols : list (list Z)) : bool := forallb (fun c => Nat.eqb (length c) n) cols.
(* up to complement the first sign is fixed *)
Definition cut_check (n : nat) (cols : list (list Z)) : bool :=
  match cols with nil => true | c :: cs => square n cols && go cs c (totals cols) end.

Definition sg (b : bool) : Z := if b then 1 else -1.
Fixpoint dot (a : list bool) (x : list Z) : Z :=
  match a, x with b :: a', y :: x' => sg b * y + dot a' x' | _, _ => 0 end.
Fixpoint dots (a b : list bool) (cols : list (list Z)) : Z :=
  match b, cols with s :: b', c :: cs => sg s * dot a c + dots a b' cs | _, _ => 0 end.

Lemma sg_abs b x : sg b * x <= Z.abs x.
Proof. destruct b; unfold sg; lia. Qed.

Lemma dot_abs a x : dot a x <= total_abs x.
Proof.
revert a; induction x as [|y x IH]; intros [|b a]; simpl; try lia.
- specialize (IH nil); destruct x; simpl in *; lia.
- specialize (IH a); pose proof (sg_abs b y); lia.
Qed.

Lemma dot_add a x y : length x = length y -> dot a (map2 Z.add x y) = dot a x + dot a y.
Proof.
revert a y; induction x as [|u x IH]; intros [|b a] [|v y] L; simpl in *; try lia.
rewrite IH by lia; lia.
Qed.

Lemma dot_sub a x y : length x = length y -> dot a (map2 Z.sub x y) = dot a x - dot a y.
Proof.
revert a y; induction x as [|u x IH]; intros [|b a] [|v y] L; simpl in *; try lia.
rewrite IH by lia; lia.
Qed.

Lemma map2_length f x y : length x = length y -> length (map2 f x y) = length x.
Proof. revert y; induction x as [|u x IH]; intros [|v y] L; simpl in *; try lia; rewrite IH; lia. Qed.

Lemma go_sound n cols a b st t : square n cols = true -> length st = n -> go cols st t = true ->
  length b = length cols -> dot a st + dots a b cols <= t.
Proof.
revert b st; induction cols as [|c cs IH]; intros [|s b] st sq ln g lb; simpl in *; try discriminate.
- apply Z.leb_le in g; pose proof (dot_abs a st); lia.
- apply andb_prop in sq; destruct sq as [cn sq]; apply Nat.eqb_eq in cn.
  destruct (go cs (map2 Z.add st c) t) eqn:g1; [|discriminate].
  injection lb as lb.
  destruct s; unfold sg.
  + pose proof (IH b _ sq (eq_trans (map2_length Z.add st c ltac:(lia)) ln) g1 lb) as H.
    rewrite dot_add in H by lia; lia.
  + pose proof (IH b _ sq (eq_trans (map2_length Z.sub st c ltac:(lia)) ln) g lb) as H.
    rewrite dot_sub in H by lia; lia.
Qed.

Lemma dot_neg a x : dot (map negb a) x = - dot a x.
Proof. revert x; induction a as [|b a IH]; intros [|y x]; simpl; try lia; rewrite IH; destruct b; unfold sg, negb;
  lia. Qed.

Lemma dots_neg a b cols : dots (map negb a) (map negb b) cols = dots a b cols.
Proof.
revert cols; induction b as [|s b IH]; intros [|c cs]; simpl; try lia.
rewrite IH, dot_neg; destruct s; unfold sg, negb; lia.
Qed.

(* the sum over pairs of cells of different colours *)
Fixpoint row (s : bool) (a : list bool) (x : list Z) : Z :=
  match a, x with b :: a', y :: x' => (if xorb b s then y else 0) + row s a' x' | _, _ => 0 end.
Fixpoint cut (a b : list bool) (cols : list (list Z)) : Z :=
  match b, cols with s :: b', c :: cs => row s a c + cut a b' cs | _, _ => 0 end.

Lemma row_dot s a x : length a = length x -> 2 * row s a x = total x - sg s * dot a x.
Proof.
revert x; induction a as [|b a IH]; intros [|y x] L; cbn [row dot total length] in *; try lia.
specialize (IH x ltac:(lia)); destruct b; destruct s; unfold sg, xorb in *; lia.
Qed.

Lemma cut_dots n a b cols : square n cols = true -> length a = n -> length b = length cols ->
  2 * cut a b cols = totals cols - dots a b cols.
Proof.
revert b; induction cols as [|c cs IH]; intros [|s b] sq la lb; cbn [cut dots totals length] in *; try lia;
  try discriminate.
unfold square in *; cbn [forallb] in sq.
apply andb_prop in sq; destruct sq as [cn sq]; apply Nat.eqb_eq in cn.
specialize (IH b sq la ltac:(lia)); pose proof (row_dot s a c ltac:(lia)); lia.
Qed.

Theorem cut_check_sound n cols a b : cut_check n cols = true -> length a = n -> length b = length cols -> 0 <= cut a b
  cols.
Proof.
intros ok la lb; destruct cols as [|c cs]; [destruct b; simpl; lia|].
unfold cut_check in ok; apply andb_prop in ok; destruct ok as [sq g].
assert (H : dots a b (c :: cs) <= totals (c :: cs)).
  destruct b as [|s b]; [discriminate|].
  pose proof sq as sq'; simpl in sq'; apply andb_prop in sq'; destruct sq' as [cn sqs]; apply Nat.eqb_eq in cn.
  injection lb as lb.
  assert (P : forall a b, length b = length cs -> dots a (true :: b) (c :: cs) <= totals (c :: cs)).
    intros a' b' lb'; pose proof (go_sound n cs a' b' c _ sqs cn g lb') as G; cbn [dots]; change (sg true) with 1; lia.
  destruct s; [exact (P a b lb)|].
  rewrite <- dots_neg; cbn [map negb]; apply P; rewrite map_length; exact lb.
pose proof (cut_dots n a b _ sq la lb); lia.
Qed.
