(* One drawn ticket, checked whole by Coq: "this masked network, its outputs multiplied by this factor, differs from
   this target by at most eps on the unit ball". The file of a ticket lists, for each weight of the target, the
   hidden units that the masks keep for it with their two random weights, and for each layer the factor that its
   sums of products are multiplied by; every bound is an inequality between whole numbers (ticket_check). Targets
   with biases: ticket_biases.v. *)
From Coq Require Import NArith ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify ssrZ.
From LT Require Import r4_uniform r6_gadget norms networks integer_networks composition a_posteriori cells
  gadget_growth executable matrix_norms.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* a kept hidden unit: its number among those of its input, the weight before and the weight behind it, in units of
   1/Q *)
Definition kept_unit : Type := (nat * (Z * Z))%type.

Record kept_layer := KeptLayer {
  factor : Z;                                (* what the sums of the layer's kept products are multiplied by *)
  target_rows : seq (seq Z);                 (* the matrix of the target, in units of 1/T *)
  kept_units : seq (seq (seq kept_unit));    (* for each output and input *)
  target_norm : norm_witness;                (* bounds the norm of the target's matrix *)
  error_norm : norm_witness                  (* bounds the norm of what the ticket changes *)
}.
Definition nothing : norm_witness := NormWitness [::] 1 0 0 0 0.
Definition no_kept_layer : kept_layer := KeptLayer 1 [::] [::] nothing nothing.

(* what a positive, and a negative, input is multiplied by, in units of 1/Q^2 *)
Definition plusZ (us : seq kept_unit) : Z := sumZ [seq Z.mul u.2.2 (Z.max 0 u.2.1) | u <- us].
Definition minusZ (us : seq kept_unit) : Z := Z.opp (sumZ [seq Z.mul u.2.2 (Z.max 0 (Z.opp u.2.1)) | u <- us]).

Section Check.
Variables (Q T S : Z).

Definition units_at (L : kept_layer) (o j : nat) : seq kept_unit := entry_at [::] (kept_units L) o j.
Definition target_entry (L : kept_layer) (o j : nat) : Z := entry_at Z0 (target_rows L) o j.

(* The errors of a layer's weights, in units of 1/(T Q^2), as a matrix of 2d columns: those that positive inputs
   meet, and then those that negative inputs meet. Behind a ReLU no input is negative. *)
Definition error_entry (is_first : bool) (d : nat) (L : kept_layer) (o j : nat) : Z :=
  let error j p := Z.sub (Z.mul (target_entry L o j) (Z.mul Q Q)) (Z.mul (Z.mul T (factor L)) p) in
  if (j < d)%N then error j (plusZ (units_at L o j)) else
  if is_first then error (j - d)%N (minusZ (units_at L o (j - d))) else Z0.

Definition layer_check (is_first : bool) (d e n : nat) (L : kept_layer) : bool :=
  [&& Z.ltb 0 (factor L),
      all (fun o => all (fun j => let ks := unzip1 (units_at L o j) in
        uniq ks && all (fun k => k < n)%N ks) (iota 0 d)) (iota 0 e),
      witness_check S e d T (target_entry L) (target_norm L) &
      witness_check S e (d + d) (Z.mul T (Z.mul Q Q)) (error_entry is_first d L) (error_norm L)].

Definition norm_of (L : kept_layer) : Z := norm_bound (target_norm L).
Definition factors (Ls : seq kept_layer) : Z := foldr (fun L product => Z.mul (factor L) product) (Zpos 1) Ls.
Definition error_of (L : kept_layer) : Z := norm_bound (error_norm L).

(* the recursion of composition.v, in units of 1/S^k *)
Fixpoint grownZ (Ls : seq kept_layer) (k : nat) : Z :=
  if k is k'.+1 then let L := nth no_kept_layer Ls k' in Z.mul (Z.add (norm_of L) (error_of L)) (grownZ Ls k') else
    Zpos 1.
Fixpoint errZ (Ls : seq kept_layer) (k : nat) : Z :=
  if k is k'.+1 then let L := nth no_kept_layer Ls k' in
    Z.add (Z.mul (norm_of L) (errZ Ls k')) (Z.mul (error_of L) (grownZ Ls k')) else Z0.

Definition ticket_check (d n : nat -> nat) (Ls : seq kept_layer) (e1 e2 : Z) : bool :=
  let l := size Ls in
  [&& Z.ltb 0 Q, Z.ltb 0 T, Z.ltb 0 S, Z.ltb 0 e2,
      all (fun i => layer_check (i == 0%N) (d i) (d i.+1) (n i) (nth no_kept_layer Ls i)) (iota 0 l) &
      Z.leb (Z.mul (errZ Ls l) e2) (Z.mul e1 (Z.pow S (Z.of_nat l)))].
End Check.

Definition lookup (k : nat) (us : seq kept_unit) : option (Z * Z) :=
  foldr (fun u found => if u.1 == k then Some u.2 else found) None us.

Lemma powerE (R : rcfType) (z : Z) k : toR R (Z.pow z (Z.of_nat k)) = toR R z ^+ k.
Proof.
elim: k => [|k IH]; first by rewrite expr0.
by rewrite exprS -IH -toRM Nat2Z.inj_succ Z.pow_succ_r //; lia.
Qed.

Section Sound.
Variables (R : rcfType) (half_Q : N) (T S : Z) (d n : nat -> nat) (Ls : seq kept_layer) (e1 e2 : Z).
Local Notation q := (nat_of_bin half_Q).
Local Notation Q := (q + q)%N.
Local Notation l := (size Ls).
Local Notation toR := (toR R).
Local Notation QZ := (Z.of_N (N.add half_Q half_Q)).
Local Notation data i := (nth no_kept_layer Ls i).
Hypothesis ok : ticket_check QZ T S d n Ls e1 e2.

(* the masks keep a first weight for every hidden unit, and the second weights of the listed ones *)
Definition kept_edges (i : 'I_l) (o : 'I_(d i.+1)) (h : 'I_(d i) * 'I_(n i)) : bool :=
  isSome (lookup h.2 (units_at (data i) o h.1)).
(* the listed weights are those of the random network *)
Definition drawn (w : network q l d n) : Prop :=
  forall (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) (k : 'I_(n i)) (ab : Z * Z),
  lookup k (units_at (data i) o j) = Some ab ->
  oddw (before w (i := i) (j, k) j) = int_of_Z ab.1 /\ oddw (behind w (i := i) o (j, k)) = int_of_Z ab.2.
Definition target_of (i : 'I_l) : 'I_(d i.+1) -> 'I_(d i) -> R := fun o j => toR (target_entry (data i) o j) / toR T.

Lemma positive : [/\ 0 < toR QZ, 0 < toR T, 0 < toR S & 0 < toR e2].
Proof. by case/and5P: ok => Q0 T0 S0 e0 _; split; exact: toR_gt0. Qed.
Lemma QE : toR QZ = Q%:R.
Proof. by rewrite toR_num nat_of_add_bin. Qed.
Lemma layer_ok (i : 'I_l) : layer_check QZ T S (i == 0%N :> nat) (d i) (d i.+1) (n i) (data i).
Proof. by case/and5P: ok => _ _ _ _ /andP[/allP each _]; apply: each; rewrite mem_iota ltn_ord. Qed.

Lemma lookup_sum m (us : seq kept_unit) (F : option (Z * Z) -> R) : F None = 0 ->
  uniq (unzip1 us) -> all (fun k => k < m)%N (unzip1 us) -> \sum_(k < m) F (lookup k us) = \sum_(u <- us) F (Some u.2).
Proof.
move=> F0; elim: us => [|[k ab] us IH] /=; first by rewrite big_nil big1.
move=> /andP[new un] /andP[km bounds]; rewrite big_cons -(IH un bounds).
have none : lookup k us = None.
  by elim: us new {IH un bounds} => //= -[k' ab'] us IH; rewrite inE negb_or eq_sym => /andP[/negbTE -> /IH].
rewrite (bigD1 (Ordinal km)) //= eqxx [\sum_(k0 < m) F _ in RHS](bigD1 (Ordinal km)) //= none F0 add0r; congr (_ + _).
by apply: eq_bigr => k' nk; case: eqP => // kk; move: nk => /eqP[]; apply: val_inj.
Qed.

Lemma listed (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) :
  uniq (unzip1 (units_at (data i) o j)) && all (fun k => k < n i)%N (unzip1 (units_at (data i) o j)).
Proof.
case/and4P: (layer_ok i) => _ /allP rows _ _.
have om : (o : nat) \in iota 0 (d i.+1) by rewrite mem_iota ltn_ord.
have jm : (j : nat) \in iota 0 (d i) by rewrite mem_iota ltn_ord.
by have /allP cols := rows _ om; exact: cols _ jm.
Qed.

Section Drawn.
Variable w : network q l d n.
Hypothesis drawn_w : drawn w.

Lemma side_sum (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) (g : R -> R) (G : Z -> Z) :
  (forall z, g (toR z / Q%:R) = toR (G z) / Q%:R) ->
  \sum_(k < n i) (kept_edges o (j, k))%:R * wt R (behind w (i := i) o (j, k)) * g (wt R (before w (i := i) (j, k) j)) =
  toR (sumZ [seq Z.mul u.2.2 (G u.2.1) | u <- units_at (data i) o j]) / Q%:R ^+ 2.
Proof.
move=> gG; have /andP[un bounds] := listed o j.
pose F (found : option (Z * Z)) := if found is Some ab then toR ab.2 / Q%:R * (toR (G ab.1) / Q%:R) else 0.
rewrite (eq_bigr (fun k : 'I_(n i) => F (lookup k (units_at (data i) o j)))) => [|k _]; last first.
  rewrite /kept_edges /=; case found: (lookup k _) => [ab|] /=; last by rewrite !mul0r.
  by have [ea eb] := drawn_w found; rewrite mul1r /wt ea eb gG.
rewrite (lookup_sum (F := F) (erefl 0) un bounds) /sumZ; elim: (units_at _ _ _) => [|u us IH] /=;
  first by rewrite big_nil mul0r.
by rewrite big_cons IH toRD toRM mulrDl; congr (_ + _); rewrite /F mulf_div -expr2.
Qed.

Lemma max_toR z (s : R) : 0 <= s -> Num.max 0 (toR z / s) = toR (Z.max 0 z) / s.
Proof. by move=> s0; rewrite toR_max maxr_pmull ?mul0r ?invr_ge0. Qed.

Lemma plusE (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) :
  plus R w kept_edges o j = toR (plusZ (units_at (data i) o j)) / Q%:R ^+ 2.
Proof. by apply: (@side_sum i o j (Num.max 0) (Z.max 0)) => z; rewrite max_toR ?ler0n. Qed.

Lemma minusE (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i)) :
  minus R w kept_edges o j = toR (minusZ (units_at (data i) o j)) / Q%:R ^+ 2.
Proof.
rewrite /minus /minusZ (@side_sum i o j (fun t => Num.max 0 (- t)) (fun z => Z.max 0 (Z.opp z))) => [|z].
  by rewrite -mulNr; congr (_ / _); rewrite /cells.toR -mulrNz; congr (_ *~ _); lia.
by rewrite -mulNr -max_toR ?ler0n //; congr (Num.max 0 (_ / _)); rewrite /cells.toR -mulrNz; congr (_ *~ _); lia.
Qed.

(* positive and negative parts of an input, one behind the other *)
Definition parts m (y : 'I_m -> R) (j : 'I_(m + m)) : R :=
  match split j with inl j' => if 0 <= y j' then y j' else 0 | inr j' => if 0 <= y j' then 0 else y j' end.

Lemma norm_parts m (y : 'I_m -> R) : norm (parts y) = norm y.
Proof.
congr Num.sqrt; rewrite /sq big_split_ord /= -big_split; apply: eq_bigr => j _ /=.
rewrite /parts -[lshift m j]/(unsplit (inl j)) -[rshift m j]/(unsplit (inr j)) !unsplitK.
by case: ifP => _; rewrite expr0n /= ?addr0 ?add0r.
Qed.

(* the layers of the ticket, each multiplied by its own factor *)
Definition scaled : layers R d l := fun i y o => toR (factor (data i)) * ticket w (blocks kept_edges) y o.

Definition errors (i : 'I_l) (o : 'I_(d i.+1)) (j : 'I_(d i + d i)) : R :=
  toR (error_entry QZ T (i == 0%N :> nat) (d i) (data i) o j) / toR (Z.mul T (Z.mul QZ QZ)).

Lemma error_parts (i : 'I_l) (y : 'I_(d i) -> R) o : allowed y ->
  mulmv (@target_of i) y o - scaled y o = mulmv (@errors i) (parts y) o.
Proof.
move=> ay; have [Q0 T0 _ _] := positive; rewrite /scaled blocks_seen mulr_sumr /mulmv -sumrB big_split_ord /=
  -big_split.
apply: eq_bigr => j _ /=; rewrite /parts -[lshift _ j]/(unsplit (inl j)) -[rshift _ j]/(unsplit (inr j)) !unsplitK.
have Qn : Q%:R != 0 :> R by rewrite -QE gt_eqF.
have Q2 : 0 < q%:R + q%:R :> R by rewrite -natrD -QE.
rewrite /errors /error_entry /= ltn_ord /seen /target_of; case: ifP => y0.
  by rewrite mulr0 addr0 plusE toRB !toRM QE; field; rewrite -natrD Qn gt_eqF.
have i0 : (i == 0%N :> nat) = true by have := ay j; rewrite y0 orbF.
rewrite mulr0 add0r minusE i0 ltnNge leq_addr /= addKn toRB !toRM QE; by field; rewrite -natrD Qn gt_eqF.
Qed.
End Drawn.

Definition L (i : nat) : R := toR (norm_of (data i)) / toR S.
Definition E (i : nat) : R := toR (error_of (data i)) / toR S.

Lemma bounds_ge0 i : 0 <= L i /\ 0 <= E i.
Proof.
have [_ _ S0 _] := positive; rewrite /L /E; have [il|il] := ltnP i l; last by rewrite nth_default //= !mul0r.
case/and4P: (layer_ok (Ordinal il)) => _ _ /and5P[/and3P[_ _ n0] _ _ _ _] /and5P[/and3P[_ _ e0] _ _ _ _].
by rewrite !divr_ge0 ?(ltW S0) ?toR_ge0.
Qed.

Lemma errZ_sound k : toR (errZ Ls k) / toR S ^+ k = err L E (fun i => L i + E i) k /\
  toR (grownZ Ls k) / toR S ^+ k = grown (fun i => L i + E i) k.
Proof.
have [_ _ S0 _] := positive; elim: k => [|k [IHe IHg]] /=; first by rewrite mul0r expr0 divr1.
rewrite -IHe -IHg !toRD !toRM toRD /L /E exprS; split; by field; rewrite expf_neq0 ?gt_eqF.
Qed.

(* all factors can wait for the outputs: a layer without biases, and ReLU, multiply a positive factor through *)
Lemma act_scaled i (c : R) (y : 'I_(d i) -> R) : 0 <= c -> act (fun j => c * y j) =1 (fun j => c * act y j).
Proof. by move=> c0; case: i y => [|i] y j //=; rewrite /relu maxr_pmulr // mulr0. Qed.

Lemma ticket_scaled (w : network q l d n) (i : 'I_l) (c : R) (y : 'I_(d i) -> R) : 0 <= c ->
  ticket w (blocks kept_edges) (fun j => c * y j) =1 (fun o => c * ticket w (blocks kept_edges) y o).
Proof.
move=> c0 o; rewrite /ticket /pruned mulr_sumr; apply: eq_bigr => h _.
rewrite [RHS]mulrCA; congr (_ * _); rewrite maxr_pmulr // mulr0; congr (Num.max 0 _).
by rewrite mulr_sumr; apply: eq_bigr => j _; rewrite [RHS]mulrCA.
Qed.

Lemma factor_gt0 i : 0 < toR (factor (data i)).
Proof.
have [il|il] := ltnP i l; last by rewrite nth_default //= ltr01.
by case/and4P: (layer_ok (Ordinal il)) => /(toR_gt0 R).
Qed.

Lemma factors_take k : (k < l)%N -> toR (factors (take k.+1 Ls)) = toR (factor (data k)) * toR (factors (take k Ls)).
Proof.
move=> kl; rewrite (take_nth no_kept_layer) //; elim: (take k Ls) => [|L' Ls' IH] /=; first by rewrite !toRM.
by rewrite !toRM IH mulrCA.
Qed.

Lemma factors_ge0 k : 0 <= toR (factors (take k Ls)).
Proof.
elim: k => [|k IH]; first by rewrite take0 ler01.
have [kl|kl] := ltnP k l; last by rewrite take_oversize ?leqW // -(take_oversize kl).
by rewrite factors_take // mulr_ge0 // ltW // factor_gt0.
Qed.

Lemma net_scaled (w : network q l d n) (x : 'I_(d 0%N) -> R) k (kl : (k <= l)%N) :
  net (scaled w) x kl =1 (fun o => toR (factors (take k Ls)) * net (ticket w (blocks kept_edges)) x kl o).
Proof.
elim: k kl => [|k IH] kl o /=; first by rewrite take0 mul1r.
rewrite factors_take // -mulrA; congr (_ * _).
rewrite -(ticket_scaled _ _ (factors_ge0 k)) /ticket /pruned; apply: eq_bigr => h _.
congr (_ * Num.max 0 _); apply: eq_bigr => j _; congr (_ * _).
by rewrite -(act_scaled _ (factors_ge0 k)); apply: act_ext => j'; rewrite IH.
Qed.

(* the error for an input of any norm *)
Lemma ticket_near (w : network q l d n) : drawn w -> forall x : 'I_(d 0%N) -> R,
  norm (fun o => net (apply target_of) x (leqnn l) o
    - toR (factors Ls) * net (ticket w (blocks kept_edges)) x (leqnn l) o) <= toR (errZ Ls l) / toR S ^+ l * norm x.
Proof.
move=> drawn_w x; have [Q0 T0 S0 e20] := positive.
have TQ : 0 < toR (Z.mul T (Z.mul QZ QZ)) by rewrite !toRM !mulr_gt0.
have WL (i : 'I_l) y : norm (mulmv (@target_of i) y) <= L i * norm y.
  by case/and4P: (layer_ok i) => _ _ /(witness_sound S0 T0) bound _; exact: bound.
have close (i : 'I_l) (y : 'I_(d i) -> R) : allowed y ->
    norm (fun o => mulmv (@target_of i) y o - scaled w y o) <= E i * norm y.
  move=> ay; rewrite (eq_norm (y := mulmv (@errors i) (parts y))) => [|o]; last exact: error_parts.
  by rewrite -(norm_parts y); case/and4P: (layer_ok i) => _ _ _ /(witness_sound S0 TQ) bound; exact: bound.
have grow (i : 'I_l) (y : 'I_(d i) -> R) : allowed y -> norm (scaled w y) <= (L i + E i) * norm y.
  move=> ay; rewrite (eq_norm (y := fun o => mulmv (@target_of i) y o
      + (- 1) * (mulmv (@target_of i) y o - scaled w y o))) => [|o]; last by ring.
  by apply: le_trans (norm_add _ _) _; rewrite normN mulrDl ler_add ?WL ?close.
have L0 i : 0 <= L i by case: (bounds_ge0 i).
have E0 i : 0 <= E i by case: (bounds_ge0 i).
have LE0 i : 0 <= L i + E i by rewrite addr_ge0.
have [_ le] := posteriori (W := target_of) WL L0 E0 LE0 close grow x (leqnn l).
have [-> _] := errZ_sound l; apply: le_trans le; rewrite le_eqVlt; apply/orP; left; apply/eqP/eq_norm => o.
by rewrite net_scaled take_size.
Qed.

Lemma errZ_ge0 : 0 <= toR (errZ Ls l) / toR S ^+ l.
Proof.
have L0 i : 0 <= L i by case: (bounds_ge0 i). have E0 i : 0 <= E i by case: (bounds_ge0 i).
have [-> _] := errZ_sound l.
have : 0 <= err L E (fun i => L i + E i) l /\ 0 <= grown (fun i => L i + E i) l; last by case.
elim: (l) => [|k [IHe IHg]] /=; first by rewrite lexx ler01.
by split; [apply: addr_ge0; apply: mulr_ge0 | apply: mulr_ge0; rewrite // addr_ge0].
Qed.

Theorem ticket_checked (w : network q l d n) : drawn w -> forall x : 'I_(d 0%N) -> R, norm x <= 1 ->
  norm (fun o => net (apply target_of) x (leqnn l) o
    - toR (factors Ls) * net (ticket w (blocks kept_edges)) x (leqnn l) o) <= toR e1 / toR e2.
Proof.
move=> drawn_w x x1; have [Q0 T0 S0 e20] := positive; apply: le_trans (ticket_near drawn_w x) _.
apply: (@le_trans _ _ (toR (errZ Ls l) / toR S ^+ l)); first by rewrite -[leRHS]mulr1 ler_wpmul2l // errZ_ge0.
rewrite ler_pdivr_mulr ?exprn_gt0 // mulrAC ler_pdivl_mulr //.
by case/and5P: ok => _ _ _ _ /andP[_ /(@toR_leb R)]; rewrite !toRM powerE.
Qed.
End Sound.
