(* L3 and the a-posteriori bound: layers W_i and G_i with |W_i x| <= L_i |x|, |W_i x - G_i x| <= e_i |x| and
   |G_i x| <= g_i |x| compose to networks that differ by at most err |x|, a sum of products (errE). No probability. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import norms networks.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Entries.
Variables (R : rcfType) (D E : finType).
Definition frob (A : E -> D -> R) : R := Num.sqrt (\sum_e \sum_j A e j ^+ 2).

Lemma frob_ge0 A : 0 <= frob A. Proof. exact: sqrtr_ge0. Qed.
Lemma frob_sq A : frob A ^+ 2 = \sum_e sq (A e).
Proof. by rewrite sqr_sqrtr //; apply: sumr_ge0 => e _; exact: sq_ge0. Qed.

(* every entry within its own bound *)
Lemma entries_error (A B : E -> D -> R) (f : E -> D -> R -> R) (x : D -> R) :
  (forall e j, `|A e j * x j - f e j (x j)| <= B e j * `|x j|) ->
  norm (fun e => mulmv A x e - \sum_j f e j (x j)) <= frob B * norm x.
Proof.
move=> close; rewrite -norm_leP ?mulr_ge0 ?norm_ge0 ?frob_ge0 // exprMn norm_sq frob_sq mulr_suml.
apply: ler_sum => e _; rewrite -[leLHS](real_normK (num_real _)).
have le : `|mulmv A x e - \sum_j f e j (x j)| <= \sum_j B e j * `|x j|.
  rewrite /mulmv -sumrB; apply: le_trans (ler_norm_sum _ _ _) _; exact: ler_sum.
apply: (@le_trans _ _ ((\sum_j B e j * `|x j|) ^+ 2)).
  by rewrite ler_pexpn2r ?nnegrE // (le_trans _ le).
apply: le_trans (cauchy (B e) (fun j => `|x j|)) _; rewrite le_eqVlt; apply/orP; left; apply/eqP.
by congr (_ * _); apply: eq_bigr => j _; rewrite real_normK ?num_real.
Qed.

Lemma frob_norm (A : E -> D -> R) x : norm (mulmv A x) <= frob A * norm x.
Proof.
pose B e j := `|A e j|; have := @entries_error A B (fun _ _ _ => 0) x.
have -> : frob B = frob A.
  by congr Num.sqrt; apply: eq_bigr => e _; apply: eq_bigr => j _; rewrite real_normK ?num_real.
move=> H; apply: le_trans (H _) => [|e j]; last by rewrite subr0 normrM.
by rewrite le_eqVlt; apply/orP; left; apply/eqP/eq_norm => e; rewrite big1 ?subr0.
Qed.
End Entries.

Section Compose.
Variables (R : rcfType) (d : nat -> nat) (l : nat) (L e g : nat -> R).
Unset Implicit Arguments.
Variables (W : target R d l) (G : layers R d l).
Set Implicit Arguments.
Hypothesis WL : forall (i : 'I_l) x, norm (mulmv (W i) x) <= L i * norm x.
Hypothesis L0 : forall i, 0 <= L i.
Hypothesis e0 : forall i, 0 <= e i.
Hypothesis g0 : forall i, 0 <= g i.
Hypothesis close : forall (i : 'I_l) x, allowed x -> norm (fun o => mulmv (W i) x o - G i x o) <= e i * norm x.
Hypothesis Gg : forall (i : 'I_l) x, allowed x -> norm (G i x) <= g i * norm x.

Fixpoint grown k : R := if k is k'.+1 then g k' * grown k' else 1.
Fixpoint err k : R := if k is k'.+1 then L k' * err k' + e k' * grown k' else 0.

Lemma errE k : err k = \sum_(m < k) (\prod_(m.+1 <= i < k) L i) * e m * \prod_(0 <= i < m) g i.
Proof.
have grownE m : grown m = \prod_(0 <= i < m) g i.
  elim: m => [|m IH] /=; first by rewrite big_geq.
  by rewrite big_nat_recr //= -IH mulrC.
elim: k => [|k IH] /=; first by rewrite big_ord0.
rewrite big_ord_recr /= big_geq // mul1r -grownE IH; congr (_ + _).
rewrite mulr_sumr; apply: eq_bigr => m _; rewrite big_nat_recr ?ltn_ord //=; by ring.
Qed.

Theorem posteriori x k (kl : (k <= l)%N) :
  norm (net G x kl) <= grown k * norm x /\
  norm (fun o => net (apply W) x kl o - net G x kl o) <= err k * norm x.
Proof.
elim: k kl => [|k IH] kl /=.
  rewrite mul1r mul0r; split=> //.
  by rewrite -norm_leP // expr0n /sq big1 // => j _; rewrite subrr expr0n.
have [g1 fg] := IH (ltnW kl); set i := Ordinal kl.
set a := net _ _ _ in fg *; set b := net G _ _ in g1 fg *.
have ab := act_norm b; have al := act_allowed b.
have GG : norm (G i (act b)) <= g k * norm (act b) by apply: Gg.
have CC : norm (fun o => mulmv (W i) (act b) o - G i (act b) o) <= e k * norm (act b) by apply: close.
have WW : norm (mulmv (W i) (fun j => act a j - act b j)) <= L k * norm (fun j => act a j - act b j) by apply: WL.
split.
  by apply: (le_trans GG); rewrite -mulrA ler_wpmul2l // (le_trans ab).
rewrite (eq_norm (y := fun o => mulmv (W i) (fun j => act a j - act b j) o
                         + (mulmv (W i) (act b) o - G i (act b) o))); last first.
  by move=> o; rewrite -mulmvB addrA subrK.
apply: le_trans (norm_add _ _) _; rewrite mulrDl; apply: ler_add.
  by apply: (le_trans WW); rewrite -mulrA ler_wpmul2l // (le_trans (act_lip _ _)).
by apply: (le_trans CC); rewrite -mulrA ler_wpmul2l // (le_trans ab).
Qed.
End Compose.
