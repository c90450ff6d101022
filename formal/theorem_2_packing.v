(* Theorem 2, counting (P2, P3, P4): a random function with 2^p prunings that approximates each member of a packing with
   probability at least s has |packing| s <= 2^p. Also an explicit packing, by a grid of entries. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import norms.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Lower.
Variables (R : rcfType) (d e : nat).
Local Notation vec k := ('I_k -> R).
Local Notation map := (vec d -> vec e).

(* g is within eps of x |-> W x on the unit ball *)
Definition approximates (eps : R) (W : 'I_e -> 'I_d -> R) (g : map) : Prop :=
  forall x, norm x <= 1 -> norm (fun o => mulmv W x o - g x o) <= eps.

(* two matrices more than 2 eps apart: some unit vector tells them apart *)
Definition apart (eps : R) (W V : 'I_e -> 'I_d -> R) : Prop :=
  exists x, norm x <= 1 /\ 2 * eps < norm (fun o => mulmv W x o - mulmv V x o).

(* P2: one function, one matrix *)
Lemma one_function eps W V g : apart eps W V -> approximates eps W g -> approximates eps V g -> False.
Proof.
move=> [x [x1 far]] Wg Vg; move: far; apply/negP; rewrite -leNgt.
rewrite (eq_norm (y := fun o => (mulmv W x o - g x o) + -1 * (mulmv V x o - g x o))); last first.
  by move=> o; ring.
by apply: le_trans (norm_add _ _) _; rewrite normN mulrDl mul1r ler_add ?Wg ?Vg.
Qed.

Section Counting.
(* the prunings, by finitely many codes: masks, or whatever tells apart the functions that masks leave *)
Variables (Omega Codes : finType) (pr : Omega -> R) (G : Omega -> Codes -> map) (c0 : Codes).
Hypothesis pr_ge0 : forall w, 0 <= pr w.
Hypothesis pr_sum : \sum_w pr w = 1.
Variables (P : finType) (W : P -> 'I_e -> 'I_d -> R) (eps s : R).
Hypothesis packing : forall a b, a != b -> apart eps (W a) (W b).
(* for each member of the packing, on an event of probability at least s some pruning approximates it *)
Hypothesis success : forall a, exists A : {set Omega}, s <= \sum_(w in A) pr w /\
  forall w, w \in A -> exists m, approximates eps (W a) (G w m).

(* P3 and P4: |P| s is at most the number of prunings *)
Theorem counting_codes : #|P|%:R * s <= #|Codes|%:R.
Proof.
have /fin_all_exists[A AP] := success.
have AM a w : exists m : Codes, w \in A a -> approximates eps (W a) (G w m).
  case wA : (w \in A a); last by exists c0.
  by have [m mm] := (AP a).2 w wA; exists m.
have /fin_all_exists[M MP] a : exists M : Omega -> Codes,
    forall w, w \in A a -> approximates eps (W a) (G w (M w)).
  by have /fin_all_exists[M MP] := AM a; exists M.
apply: (@le_trans _ _ (\sum_(a : P) \sum_(w in A a) pr w)).
  rewrite mulr_natl -sumr_const; apply: ler_sum => a _; exact: (AP a).1.
rewrite (exchange_big_dep xpredT) //=.
apply: (@le_trans _ _ (\sum_w pr w * #|Codes|%:R)); last by rewrite -mulr_suml pr_sum mul1r.
apply: ler_sum => w _; rewrite sumr_const -[leLHS]mulr_natr; apply: ler_wpmul2l => //.
rewrite ler_nat -(card_in_imset (f := fun a => M a w)); first exact: max_card.
move=> a b aA bA Mab; apply/eqP/negPn/negP => /packing far.
apply: (one_function far (MP a w aA)); rewrite Mab; exact: (MP b w bA).
Qed.
End Counting.

(* p masks of one weight each *)
Theorem counting (Omega : finType) (pr : Omega -> R) (p : nat) (G : Omega -> p.-tuple bool -> map) :
  (forall w, 0 <= pr w) -> \sum_w pr w = 1 -> forall (P : finType) (W : P -> 'I_e -> 'I_d -> R) (eps s : R),
  (forall a b, a != b -> apart eps (W a) (W b)) ->
  (forall a, exists A : {set Omega}, s <= \sum_(w in A) pr w /\
    forall w, w \in A -> exists m, approximates eps (W a) (G w m)) ->
  #|P|%:R * s <= 2 ^+ p.
Proof.
move=> pr0 pr1 P W eps s packing success.
have := counting_codes (nseq_tuple p false) pr0 pr1 packing success.
by rewrite card_tuple card_bool natrX.
Qed.
End Lower.

(* an explicit packing: entries on a grid of k+1 values in [-1/d, 1/d] *)
Section Packing.
Variables (R : rcfType) (d k : nat) (eps : R).
Hypotheses (d0 : (0 < d)%N) (k0 : (0 < k)%N) (fine : (d * k)%:R * eps < 1).

Definition grid (a : {ffun 'I_d * 'I_d -> 'I_k.+1}) : 'I_d -> 'I_d -> R :=
  fun o j => (2 * (a (o, j))%:R - k%:R) / (d * k)%:R.

Let dk : 0 < (d * k)%:R :> R. Proof. by rewrite ltr0n muln_gt0 d0. Qed.

Lemma grid_contractive a : contractive (grid a).
Proof.
move=> x; have := @layer_error R _ _ (grid a) (fun _ _ _ => 0) d%:R^-1 1 _ ler01 _ x.
rewrite mul1r => H; apply: le_trans (H _ _).
- by rewrite le_eqVlt; apply/orP; left; apply/eqP/eq_norm => o; rewrite big1 ?subr0.
- move=> o j t; rewrite subr0 normrM ler_wpmul2r // /grid normrM normfV (gtr0_norm dk).
  rewrite natrM invfM mulrC -mulrA ler_pimulr ?invr_ge0 ?ler0n // mulrC ler_pdivr_mulr ?ltr0n // mul1r.
  have ak : (a (o, j))%:R <= k%:R :> R by rewrite ler_nat -ltnS.
  rewrite ler_norml; apply/andP; split; first by rewrite ler_subr_addr addNr mulr_ge0 ?ler0n.
  by rewrite ler_subl_addr -mulr2n mulr_natl ler_muln2r ak orbT.
- rewrite !card_ord natrM exprVn -expr2 mulVf ?expr1n //.
  by rewrite expf_neq0 // pnatr_eq0 -lt0n.
Qed.

Lemma grid_apart a b : a != b -> apart eps (grid a) (grid b).
Proof.
move=> ab; have [[o j] nab] : exists u, a u != b u.
  by apply/existsP; apply: contraR ab; rewrite negb_exists => /forallP e; apply/eqP/ffunP => u; apply/eqP/negPn.
exists (fun j' => (j' == j)%:R); split.
  rewrite -norm_leP ?ler01 // /sq (bigD1 j) //= eqxx expr1n big1 ?addr0 ?expr1n // => j' /negbTE ->.
  by rewrite expr0n.
have e c o' : mulmv (grid c) (fun j' => (j' == j)%:R) o' = grid c o' j.
  by rewrite /mulmv (bigD1 j) //= eqxx mulr1 big1 ?addr0 // => j' /negbTE ->; rewrite mulr0.
have big : 2 * eps < `|grid a o j - grid b o j|.
  have -> : grid a o j - grid b o j = 2 * ((a (o, j))%:R - (b (o, j))%:R) / (d * k)%:R.
    by rewrite /grid -mulrBl; congr (_ / _); rewrite opprB addrA subrK -mulrBr.
  rewrite normrM normfV (gtr0_norm dk) ltr_pdivl_mulr // normrM (gtr0_norm (ltr0n R 2 : 0 < 2)).
  rewrite -mulrA ltr_pmul2l ?ltr0n // mulrC; apply: (lt_le_trans fine).
  by rewrite !pmulrn -mulrzBr -intr_norm (ler_int _ 1); move: nab; rewrite -val_eqE /=; lia.
apply: (lt_le_trans big); rewrite -(ler_pexpn2r (n := 2)) ?nnegrE ?norm_ge0 // norm_sq real_normK ?num_real //.
rewrite /sq (bigD1 o) //= !e ler_addl.
by apply: sumr_ge0 => i _; exact: sqr_ge0.
Qed.
End Packing.

(* Theorem 2 with an explicit packing: (k+1)^(d^2) s <= 2^p whenever d k eps < 1 *)
Theorem theorem_2_grid (R : rcfType) (d k p : nat) (eps s : R)
  (Omega : finType) (pr : Omega -> R) (G : Omega -> p.-tuple bool -> ('I_d -> R) -> 'I_d -> R) :
  (forall w, 0 <= pr w) -> \sum_w pr w = 1 -> (0 < d)%N -> (0 < k)%N -> (d * k)%:R * eps < 1 ->
  (forall W : 'I_d -> 'I_d -> R, contractive W -> exists A : {set Omega}, s <= \sum_(w in A) pr w /\
     forall w, w \in A -> exists m, approximates eps W (G w m)) ->
  (k.+1 ^ (d * d))%:R * s <= 2 ^+ p.
Proof.
move=> pr0 pr1 d0 k0 fine success.
have := @counting R d d Omega pr p G pr0 pr1 _ (@grid R d k) eps s (grid_apart d0 k0 fine) (fun a => success _
  (grid_contractive d0 k0 a)).
by rewrite card_ffun card_prod !card_ord.
Qed.
