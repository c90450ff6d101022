(* Theorem 2: s <= 2^p (2 eps)^(d^2) if for each contractive d x d matrix some pruning is within eps of it with
   probability at least s. The packing of P1 is had without volumes: a maximal packing covers the ball, and the covering
   is iterated t times. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LT Require Import norms theorem_2_packing.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* boolean goals need no excluded middle as an axiom *)
Lemma by_contra (b : bool) : (~ ~ b) -> b. Proof. by case: b => // H; case: H. Qed.

Lemma finite_shift (T : finType) (P : T -> Prop) : (forall a, ~ ~ P a) -> ~ ~ (forall a, P a).
Proof.
move=> nn; suff H (s : seq T) : ~ ~ (forall a, a \in s -> P a).
  by move=> no; apply: (H (enum T)) => all; apply: no => a; apply: all; rewrite mem_enum.
elim: s => [|a s IH] no; first by apply: no => a.
apply: (nn a) => Pa; apply: IH => all; apply: no => b; rewrite inE => /orP[/eqP->//|]; exact: all.
Qed.

Section Cover.
Variables (R : rcfType) (d e : nat).
Local Notation mat := ('I_e -> 'I_d -> R).

Lemma norm_scale (D : finType) (c : R) (x : D -> R) : norm (fun j : D => c * x j) = `|c| * norm x.
Proof.
apply/eqP; rewrite -(eqr_expn2 (n := 2)) ?mulr_ge0 ?norm_ge0 // exprMn !norm_sq real_normK ?num_real //.
by rewrite /sq mulr_sumr; apply/eqP/eq_bigr => j _; rewrite exprMn.
Qed.

Lemma norm_eq0 (D : finType) (x : D -> R) : norm x = 0 -> forall j : D, x j = 0.
Proof.
move=> x0 j; have := norm_sq x; rewrite x0 expr0n /= => /esym/eqP.
by rewrite /sq psumr_eq0 => [/allP/(_ j)|i _]; rewrite ?sqr_ge0 // mem_index_enum sqrf_eq0 => /(_ isT)/eqP.
Qed.

Definition near (r : R) (W V : mat) := forall x, norm (fun o => mulmv W x o - mulmv V x o) <= r * norm x.

Lemma near_ball r W V : 0 <= r -> (forall x, norm x <= 1 -> norm (fun o => mulmv W x o - mulmv V x o) <= r) -> near r W
  V.
Proof.
move=> r0 ball x; have [x0|x0] := eqVneq (norm x) 0.
  rewrite x0 mulr0 -norm_leP // expr0n /= /sq big1 // => o _.
  by rewrite /mulmv !big1 ?subrr ?expr0n // => j _; rewrite (norm_eq0 x0) mulr0.
have xp : 0 < norm x by rewrite lt_def x0 norm_ge0.
pose y j := (norm x)^-1 * x j.
have ny : norm y <= 1 by rewrite norm_scale ger0_norm ?invr_ge0 ?norm_ge0 // mulVf.
have := ball y ny; rewrite (eq_norm (y := fun o => (norm x)^-1 * (mulmv W x o - mulmv V x o))).
  by rewrite norm_scale ger0_norm ?invr_ge0 ?norm_ge0 // ler_pdivr_mull // mulrC.
move=> o; rewrite /mulmv mulrBr !mulr_sumr; congr (_ - _); apply: eq_bigr => j _; by rewrite /y mulrCA.
Qed.

Variable eps : R.
Hypothesis eps0 : 0 < eps.

Definition packing m (V : 'I_m -> mat) := (forall j, contractive (V j)) /\ (forall i j, i != j -> apart eps (V i) (V
  j)).

Lemma not_apart W V : ~ near (2 * eps) W V -> ~ ~ apart eps W V.
Proof.
move=> far no; apply: far; apply: near_ball => [|x x1]; first by rewrite mulr_ge0 ?ler0n // ltW.
by rewrite leNgt; apply/negP => big; apply: no; exists x.
Qed.

Lemma apart_sym (W V : mat) : apart eps W V -> apart eps V W.
Proof.
move=> [x [x1 far]]; exists x; split=> //; apply: (lt_le_trans far).
rewrite (eq_norm (y := fun o => - 1 * (mulmv V x o - mulmv W x o))) ?normN // => o; by ring.
Qed.

Section Maximal.
Variables (m : nat) (V : 'I_m -> mat).
Hypothesis PV : packing V.
Hypothesis maximal : ~ exists V' : 'I_m.+1 -> mat, packing V'.

Lemma covers W : contractive W -> ~ ~ exists j, near (2 * eps) W (V j).
Proof.
move=> W1 no; have all_far j : ~ ~ apart eps W (V j).
  by apply: not_apart => nr; apply: no; exists j.
apply: (finite_shift all_far) => {}all_far; apply: maximal.
exists (fun i => if unlift ord0 i is Some j then V j else W); split=> [i|i i' ii'].
  by case: (unlift ord0 i) => [j|]; [exact: PV.1|].
case: (unliftP ord0 i) ii' => [j ->|->]; case: (unliftP ord0 i') => [j' ->|->] //.
- by move=> jj; apply: PV.2; apply: contraNneq jj => ->.
- by move=> _; apply: apart_sym.
Qed.

(* what t indices stand for *)
Fixpoint center (c : seq 'I_m) : mat :=
  if c is j :: c' then fun o i => V j o i + 2 * eps * center c' o i else fun _ _ => 0.

Lemma covers_iter t W : contractive W -> ~ ~ exists c : t.-tuple 'I_m, near ((2 * eps) ^+ t) W (center c).
Proof.
have e2 : 0 < 2 * eps by rewrite mulr_gt0 ?ltr0n.
elim: t W => [|t IH] W W1 no.
  apply: no; exists [tuple] => x; rewrite expr0 mul1r (eq_norm (y := mulmv W x)) // => o.
  by rewrite [X in _ - X]big1 ?subr0 // => j _; rewrite mul0r.
apply: (covers W1) => -[j nj].
pose W' o i := (2 * eps)^-1 * (W o i - V j o i).
have W'E x o : mulmv W' x o = (2 * eps)^-1 * (mulmv W x o - mulmv (V j) x o).
  by rewrite /mulmv mulrBr !mulr_sumr -sumrB; apply: eq_bigr => i _; rewrite /W'; ring.
have W'1 : contractive W'.
  move=> x; rewrite (eq_norm (y := fun o => (2 * eps)^-1 * (mulmv W x o - mulmv (V j) x o))) //.
  by rewrite norm_scale ger0_norm ?invr_ge0 ?(ltW e2) // ler_pdivr_mull //; exact: nj.
apply: (IH W' W'1) => -[c nc]; apply: no; exists [tuple of j :: c] => x.
rewrite (eq_norm (y := fun o => 2 * eps * (mulmv W' x o - mulmv (center c) x o))) => [|o].
  by rewrite norm_scale ger0_norm ?(ltW e2) // exprS -mulrA ler_wpmul2l ?(ltW e2) //; exact: nc.
have -> : mulmv (center [tuple of j :: c]) x o = mulmv (V j) x o + 2 * eps * mulmv (center c) x o.
  by rewrite /mulmv mulr_sumr -big_split; apply: eq_bigr => i _ /=; ring.
by rewrite W'E; field; rewrite gt_eqF.
Qed.

Lemma separated_fit t (P : finType) (G : P -> mat) :
  (forall a, contractive (G a)) -> (forall a b, a != b -> apart ((2 * eps) ^+ t) (G a) (G b)) ->
  (#|P| <= m ^ t)%N.
Proof.
move=> G1 sep; apply: by_contra => no.
apply: (finite_shift (fun a => covers_iter (t := t) (G1 a))) => /fin_all_exists[c nc]; apply: no.
rewrite -[m]card_ord -card_tuple -(card_imset (f := c)) ?max_card // => a b cab.
apply/eqP/negPn/negP => /sep[x [x1]]; apply/negP; rewrite -leNgt.
rewrite (eq_norm (y := fun o => (mulmv (G a) x o - mulmv (center (c a)) x o)
   + -1 * (mulmv (G b) x o - mulmv (center (c b)) x o))) => [|o]; last by rewrite cab; ring.
have e2 : 0 <= (2 * eps) ^+ t by rewrite exprn_ge0 // mulr_ge0 ?ler0n // ltW.
apply: le_trans (norm_add _ _) _; rewrite normN mulrDl mul1r ler_add //.
- by apply: le_trans (nc a x) _; rewrite -[leRHS]mulr1 ler_wpmul2l.
- by apply: le_trans (nc b x) _; rewrite -[leRHS]mulr1 ler_wpmul2l.
Qed.
End Maximal.

Lemma some_maximal M : (forall m (V : 'I_m -> mat), packing V -> (m < M)%N) ->
  ~ ~ exists m (V : 'I_m -> mat), packing V /\ ~ exists V' : 'I_m.+1 -> mat, packing V'.
Proof.
move=> bounded no; have all m : ~ ~ exists V : 'I_m -> mat, packing V.
  elim: m => [|m IH] nope; first by apply: nope; exists (fun _ _ _ => 0); split=> -[].
  by apply: IH => -[V PV]; apply: no; exists m, V.
by apply: (all M) => -[V /bounded]; rewrite ltnn.
Qed.
End Cover.

(* P1: a maximal packing of the unit ball of square matrices has at least (1/(2 eps))^(d^2) members *)
Section Size.
Variables (R : rcfType) (d m : nat) (eps : R).
Hypothesis archi : Num.archimedean_axiom R.
Hypotheses (d0 : (0 < d)%N) (eps0 : 0 < eps).
Hypothesis fit : forall t k, (0 < k)%N -> (d * k)%:R * (2 * eps) ^+ t < 1 -> (k.+1 ^ (d * d) <= m ^ t)%N.
Hypothesis m0 : (0 < m)%N.

Lemma packing_size : 1 <= m%:R * (2 * eps) ^+ (d * d).
Proof.
set x := 2 * eps; set y := m%:R * _; have x0 : 0 < x by rewrite mulr_gt0 ?ltr0n.
have y0 : 0 < y by rewrite mulr_gt0 ?exprn_gt0 ?ltr0n.
have low t : 1 <= (d%:R ^+ (d * d)) * y ^+ t.
  have dx : 0 < d%:R * x ^+ t by rewrite mulr_gt0 ?exprn_gt0 ?ltr0n.
  have [u] := archi (d%:R * x ^+ t)^-1; rewrite ger0_norm ?invr_ge0 ?(ltW dx) // => ul.
  have ex : exists k, 1 <= (d * k.+1)%:R * x ^+ t.
    exists u; rewrite natrM mulrAC -ler_pdivr_mull // mulr1 (le_trans (ltW ul)) // ler_nat; lia.
  case: (ex_minnP ex) => k big least.
  have fine : (k.+1 ^ (d * d) <= m ^ t)%N.
    case: k big least => [|k] big least; first by rewrite exp1n expn_gt0 m0.
    apply: fit => //; rewrite ltNge; apply/negP => /least; lia.
  rewrite /y exprMn -exprM [(d * d * t)%N]mulnC (exprM x) mulrCA -exprMn.
  apply: (@le_trans _ _ ((k.+1)%:R ^+ (d * d) * (d%:R * x ^+ t) ^+ (d * d))).
    by rewrite -exprMn exprn_ege1 // mulrA [_ * d%:R]mulrC -natrM.
  by rewrite ler_wpmul2r ?exprn_ge0 ?(ltW dx) // -!natrX ler_nat.
rewrite leNgt; apply/negP => y1; set h := y^-1 - 1.
have h0 : 0 < h by rewrite subr_gt0 invf_gt1.
have [u] := archi (d%:R ^+ (d * d) / h).
rewrite ger0_norm ?divr_ge0 ?exprn_ge0 ?ler0n ?(ltW h0) // ltr_pdivr_mulr // => big.
have := low u; rewrite leNgt => /negP[]; rewrite -ltr_pdivl_mulr ?exprn_gt0 // mul1r -exprVn.
apply: (lt_le_trans big); rewrite (_ : y^-1 = 1 + h); last by rewrite addrC subrK.
elim: (u) => [|t IH]; first by rewrite mul0r exprn_ge0 // addr_ge0 ?ler01 ?ltW.
rewrite exprS mulrDl mul1r mulrSr mulrDl mul1r ler_add // ler_pemulr ?(ltW h0) //.
by rewrite exprn_ege1 // ler_addl ltW.
Qed.
End Size.

Section Theorem2.
Variables (R : rcfType).
Hypothesis archi : Num.archimedean_axiom R.

(* Theorem 2 for finitely many prunings: any law on a finite space, any architecture *)
Theorem theorem_2_codes (d : nat) (eps s : R)
  (Omega Codes : finType) (pr : Omega -> R) (G : Omega -> Codes -> ('I_d -> R) -> 'I_d -> R) : Codes ->
  (0 < d)%N -> 0 < eps -> (forall w, 0 <= pr w) -> \sum_w pr w = 1 ->
  (forall W : 'I_d -> 'I_d -> R, contractive W -> exists A : {set Omega}, s <= \sum_(w in A) pr w /\
     forall w, w \in A -> exists m, approximates eps W (G w m)) ->
  s <= #|Codes|%:R * (2 * eps) ^+ (d * d).
Proof.
move=> c0 d0 eps0 pr0 pr1 success.
have e2 : 0 <= (2 * eps) ^+ (d * d) by rewrite exprn_ge0 // mulr_ge0 ?ler0n // ltW.
have [s0|s0] := lerP s 0; first by apply: (le_trans s0); rewrite mulr_ge0 ?ler0n.
have count m (V : 'I_m -> 'I_d -> 'I_d -> R) : packing eps V -> m%:R * s <= #|Codes|%:R.
  move=> [V1 far]; have := counting_codes c0 pr0 pr1 far (fun a => success _ (V1 a)).
  by rewrite card_ord.
have [M] := archi (#|Codes|%:R / s); rewrite ger0_norm ?divr_ge0 ?ler0n ?(ltW s0) // => bound.
have bounded m (V : 'I_m -> 'I_d -> 'I_d -> R) : packing eps V -> (m < M)%N.
  move=> /count le; rewrite -(ltr_nat R); apply: le_lt_trans bound.
  by rewrite ler_pdivl_mulr.
apply: by_contra => no; apply: (some_maximal bounded) => -[m [V [PV maximal]]]; apply: no.
have m0 : (0 < m)%N.
  case: m V {PV} maximal => // V []; exists (fun _ _ _ => 0); split=> [_ x|i j]; last by rewrite (ord1 i) (ord1 j) eqxx.
  rewrite -norm_leP ?norm_ge0 // /sq big1 ?sqr_ge0 // => o _.
  by rewrite /mulmv big1 ?expr0n // => j _; rewrite mul0r.
have fit t k : (0 < k)%N -> (d * k)%:R * (2 * eps) ^+ t < 1 -> (k.+1 ^ (d * d) <= m ^ t)%N.
  move=> k0 fine; have := @separated_fit R d d eps eps0 m V PV maximal t _ (@grid R d k)
    (grid_contractive d0 k0) (fun a b => @grid_apart R d k _ d0 k0 fine a b).
  by rewrite card_ffun card_prod !card_ord.
have big := packing_size archi d0 eps0 fit m0.
apply: (@le_trans _ _ (s * (m%:R * (2 * eps) ^+ (d * d)))); first by rewrite -[leLHS]mulr1 ler_wpmul2l // ltW.
by rewrite mulrA [s * _]mulrC ler_wpmul2r // (count m V).
Qed.

(* Theorem 2: a random network with p weights *)
Theorem theorem_2 (d p : nat) (eps s : R)
  (Omega : finType) (pr : Omega -> R) (G : Omega -> p.-tuple bool -> ('I_d -> R) -> 'I_d -> R) :
  (0 < d)%N -> 0 < eps -> (forall w, 0 <= pr w) -> \sum_w pr w = 1 ->
  (forall W : 'I_d -> 'I_d -> R, contractive W -> exists A : {set Omega}, s <= \sum_(w in A) pr w /\
     forall w, w \in A -> exists m, approximates eps W (G w m)) ->
  s <= 2 ^+ p * (2 * eps) ^+ (d * d).
Proof.
move=> d0 eps0 pr0 pr1 success; have := theorem_2_codes (nseq_tuple p false) d0 eps0 pr0 pr1 success.
by rewrite card_tuple card_bool natrX.
Qed.

End Theorem2.
